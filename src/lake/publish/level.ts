import { HOUR_MS, MINUTE_MS } from '../../core/time/spans.ts'
import type { Add } from '../delta/index.ts'
import type { Asked } from './asked/asked.ts'
import type { SegmentRange } from './asked/bronze-lines.ts'
import type { PublishedColumn } from './asked/column-types.ts'
import type { DirtyHours } from './asked/dirty-hours.ts'
import type { Things } from './asked/lake-shape.ts'
import type { Publication } from './publication.ts'
import { appendRows, bites, partitionName, replaceChanged } from './rows.ts'
import { changedHours, commitHours, HOURS_BY, replaceWhole, wholeFiles } from './units.ts'

/** Days before the newest in which late readings, and with them a night's speeds, still change gold. */
const RECENT_DAYS = 4
/** How often the recent days are compared as a whole. */
const RECENT_EVERY_MS = 15 * MINUTE_MS
/** All days are compared where the register or a thing changed: within this, and sooner where that takes little of the time. */
const ALL_EVERY_MS = HOUR_MS
const ALL_SHARE = 0.05
/** More new files go out in several commits. */
const MAX_FILES = 200

/** What of a table was looked at when. */
export interface Looked {
  /** Of `rows`: as the lake was when all partitions were compared. */
  compared: number | null
  /** Of `hours`: when, and as which things were. */
  allAtMs: number
  allTookMs: number
  recentAtMs: number
  things: string
  /** Of `hours`: silver was looked through up to it. */
  seen: number
  /** Of `whole`. */
  wholeAtMs: number
}

export const notLooked = (): Looked => ({
  ...{ compared: null, things: '', seen: Infinity },
  ...{ allAtMs: -Infinity, allTookMs: 0, recentAtMs: -Infinity, wholeAtMs: -Infinity },
})

export interface TableSource {
  readonly asked: Asked
  readonly columns: readonly PublishedColumn[]
  readonly segments: () => Promise<readonly SegmentRange[]>
  readonly assertSteady: () => void
}

export interface Work {
  readonly publication: Publication
  readonly source: TableSource
  readonly looked: Looked
  readonly hours: DirtyHours
  readonly things: Things
  /** As the lake was changed last by other work than loading. */
  readonly changes: number
  /** Up to here, exclusive. */
  readonly upto: number
  /** Everything is compared, however long ago it was. */
  readonly isWhole: boolean
  readonly nowMs: number
  readonly signal: AbortSignal
}

/** Brings a table level with the lake up to a position. */
export async function bringLevel(work: Work): Promise<void> {
  const { publication, source, looked, changes, upto, isWhole, signal } = work
  const { growth } = publication.table
  switch (growth.kind) {
    case 'lines':
      await appendRows(publication, growth, source, upto, signal)
      return
    case 'rows':
      if (looked.compared !== changes || isWhole) await replaceChanged(publication, growth, source, signal)
      looked.compared = changes
      await appendRows(publication, growth, source, upto, signal)
      return
    case 'hours':
      await levelHours(work)
      return
    case 'whole':
      await levelWhole(work)
  }
}

/** Puts all that the lake has into files, and replaces whatever the table has by them, in one commit. */
export async function publishAnew({ publication, source, upto, signal }: Work): Promise<void> {
  const { growth } = publication.table
  const add: Add[] = []
  let partitionColumns: string[] = []
  if (growth.kind === 'rows' || growth.kind === 'lines') {
    partitionColumns = [partitionName(growth)]
    const span = { from: 0, upto }
    for await (const bite of bites(publication, growth, source, span, signal)) add.push(...bite.add)
  } else if (growth.kind === 'hours') {
    partitionColumns = [HOURS_BY]
    for (const day of await daysOf(publication, source, null)) {
      signal.throwIfAborted()
      add.push(...(await changedHours(publication, source, day, null, [])).add)
    }
  } else add.push(...(await wholeFiles(publication, source)).add)
  source.assertSteady()
  await publication.commit({
    ...{ operation: 'REPLACE', columns: source.columns, partitionColumns, add },
    ...{ remove: [...publication.files.values()], position: upto, again: true },
  })
}

async function levelHours(work: Work): Promise<void> {
  const { publication, source, looked, hours, things, changes, upto, isWhole, nowMs, signal } = work
  const lakeNow = `${things.things}/${changes}`
  const isNew = publication.version < 0 || looked.things === ''
  const isAllDue = nowMs - looked.allAtMs >= Math.min(ALL_EVERY_MS, looked.allTookMs / ALL_SHARE)
  const isAll = isWhole || isNew || (looked.things !== lakeNow && isAllDue)
  const begunMs = performance.now()
  const isRecent = isAll || nowMs - looked.recentAtMs >= RECENT_EVERY_MS
  const dirty = await hours.between({ from: Math.min(looked.seen, publication.position), upto })
  const days = new Map<string, readonly string[] | null>(Map.groupBy(dirty, dayOfHour))
  if (isRecent)
    for (const day of await daysOf(publication, source, isAll ? null : RECENT_DAYS)) days.set(day, null)
  let [add, remove]: [Add[], Add[]] = [[], []]
  for (const [day, only] of days) {
    signal.throwIfAborted()
    const changed = await changedHours(publication, source, day, only)
    add.push(...changed.add)
    remove.push(...changed.remove)
    if (add.length < MAX_FILES) continue
    // Not level yet: the position stays.
    await commitHours(publication, source, { add, remove }, publication.position)
    ;[add, remove] = [[], []]
  }
  await commitHours(publication, source, { add, remove }, upto)
  publication.level(upto)
  looked.seen = upto
  if (isAll)
    Object.assign(looked, { allAtMs: nowMs, allTookMs: performance.now() - begunMs, things: lakeNow })
  if (isRecent) looked.recentAtMs = nowMs
}

async function levelWhole(work: Work): Promise<void> {
  const { publication, source, looked, things, changes, upto, isWhole, nowMs } = work
  const lakeNow = `${things.all}/${changes}`
  const isDue = isWhole || looked.things !== lakeNow || nowMs - looked.wholeAtMs >= ALL_EVERY_MS
  if (isDue) {
    await replaceWhole(publication, source, upto)
    Object.assign(looked, { things: lakeNow, wholeAtMs: nowMs })
  }
  publication.level(upto)
}

/** Days that are in the lake or published: the newest so many, or all. */
export async function daysOf(
  { table, files }: Publication,
  { asked }: TableSource,
  newest: number | null,
): Promise<string[]> {
  const rows = await asked.rows<{ day: string }>(
    `SELECT DISTINCT toString(toDate(t.window_start)) AS day FROM ${table.from} AS t`,
  )
  const there = [...files.values()].map(file => file.partitionValues[HOURS_BY] ?? '')
  const days = [...new Set([...rows.map(({ day }) => day), ...there])].filter(day => day !== '').sort()
  return newest === null ? days : days.slice(-newest)
}

const dayOfHour = (hour: string) => hour.slice(0, 'YYYY-MM-DD'.length)
