import type { Add } from '../delta/index.ts'
import type { Asked, Params } from './asked/asked.ts'
import { MAX_ROWS } from './asked/asked.ts'
import type { PublishedColumn } from './asked/column-types.ts'
import type { Publication } from './publication.ts'
import { TAG } from './publication.ts'

/** The rows of a table that are replaced together, and what they say together. */
export interface Unit {
  readonly unit: string
  readonly part: string
  readonly rows: number
  readonly print: string
}

export interface UnitSource {
  readonly asked: Asked
  readonly columns: readonly PublishedColumn[]
  /** @throws when other work may have changed the tables meanwhile */
  readonly assertSteady: () => void
}

/** The partition column of hours. */
export const HOURS_BY = 'utc_date'
/** All of a row, in any order of the rows. */
const PRINT = 'toString(groupBitXor(cityHash64(toString(tuple(*)))))'
const HOUR = `formatDateTime(t.window_start, '%Y-%m-%dT%H', 'UTC')`
const OF_DAY = `t.window_start >= toDateTime({day:String}, 'UTC') AND t.window_start < toDateTime({day:String}, 'UTC') + INTERVAL 1 DAY`
const WHOLE = 'whole'

/** Files that take the places of others. */
export interface Replacement {
  readonly add: readonly Add[]
  readonly remove: readonly Add[]
}

/**
 * The files of the hours of a day that are otherwise than published.
 *
 * @param day UTC, `2026-01-31`
 * @param hours of the day, `2026-01-31T07`; null: all
 * @param published what counts as there. @default the table's files
 */
export async function changedHours(
  publication: Publication,
  source: UnitSource,
  day: string,
  hours: readonly string[] | null,
  published: readonly Add[] = [...publication.files.values()],
): Promise<Replacement> {
  const { changed, remove } = await differingHours(publication, source, day, hours, published)
  const add: Add[] = []
  for (const unit of changed)
    add.push(
      await fileOf(publication, source, unit, `${HOUR} = {unit:String} AND ${OF_DAY}`, {
        unit: unit.unit,
        day,
      }),
    )
  return { add, remove }
}

/** The hours of a day that the lake has otherwise, and the files that are then no longer right. */
export async function differingHours(
  publication: Publication,
  source: UnitSource,
  day: string,
  hours: readonly string[] | null,
  published: readonly Add[] = [...publication.files.values()],
): Promise<{ readonly changed: readonly Unit[]; readonly remove: readonly Add[] }> {
  const there = published.filter(file => file.partitionValues[HOURS_BY] === day)
  // Where hours were put together, the day is made anew.
  const isMixed = there.some(file => unitOf(file) === null)
  const asked = isMixed ? null : hours
  const found = await hoursOf(publication, source, day, asked)
  if (isMixed && isSameDay(there, found)) return { changed: [], remove: [] }
  const prints = new Map(there.map(file => [unitOf(file), file.tags?.[TAG.rows]]))
  const changed = found.filter(({ unit, print }) => isMixed || prints.get(unit) !== print)
  const present = new Set(found.map(({ unit }) => unit))
  const renewed = new Set(changed.map(({ unit }) => unit))
  const remove = there.filter(file => {
    const unit = unitOf(file)
    return unit === null || renewed.has(unit) || ((asked?.includes(unit) ?? true) && !present.has(unit))
  })
  return { changed, remove }
}

function hoursOf(
  { table }: Publication,
  { asked }: UnitSource,
  day: string,
  hours: readonly string[] | null,
): Promise<Unit[]> {
  return asked.rows<Unit>(
    `SELECT ${HOUR} AS unit, toString(toDate(t.window_start)) AS part, toInt64(count()) AS rows, ${PRINT} AS print
     FROM ${table.from} AS t WHERE ${OF_DAY} AND ({all:Bool} OR ${HOUR} IN {hours:Array(String)})
     GROUP BY unit, part`,
    { day, all: hours === null, hours: hours ?? [] },
  )
}

/** Whether the files of a day, of which some have several hours, have the rows that the lake has. */
function isSameDay(there: readonly Add[], found: readonly Unit[]): boolean {
  const prints = there.map(({ tags }) => tags?.[TAG.rows] ?? null)
  if (!prints.every(print => print !== null)) return false
  const sum = (all: readonly string[]) => all.reduce((xor, print) => xor ^ BigInt(print), 0n)
  return sum(prints) === sum(found.map(({ print }) => print))
}

/** Makes what was replaced the table's, in one commit. */
export function commitHours(
  publication: Publication,
  source: UnitSource,
  replacement: Replacement,
  position: number,
): Promise<void> {
  return commit(publication, source, { ...replacement, position, partitionColumns: [HOURS_BY] })
}

/** Replaces a table as a whole where anything in it is otherwise. */
export async function replaceWhole(
  publication: Publication,
  source: UnitSource,
  position: number,
): Promise<void> {
  const unit = await wholeUnit(publication, source)
  const remove = [...publication.files.values()]
  const isSame =
    unit.rows === 0 ? remove.length === 0 : remove.some(file => file.tags?.[TAG.rows] === unit.print)
  if (isSame && publication.version >= 0) return
  const { add } = await wholeFiles(publication, source)
  await commit(publication, source, { add, remove, position, partitionColumns: [] })
}

/** All rows of a table as files, whatever is published. */
export async function wholeFiles(
  publication: Publication,
  source: UnitSource,
): Promise<Pick<Replacement, 'add'>> {
  const unit = await wholeUnit(publication, source)
  const files = Math.ceil(unit.rows / MAX_ROWS)
  const add: Add[] = []
  for (let file = 0; file < files; file++) {
    const where = 'cityHash64(toString(tuple(*))) % {files:UInt32} = {file:UInt32}'
    add.push(await fileOf(publication, source, unit, where, { files, file }))
  }
  // Between the questions rows may have come: then the files fit nothing.
  if (files > 1 && (await wholeUnit(publication, source)).print !== unit.print)
    throw new Error(`${publication.table.from} changed while it was read: the next round asks again`)
  return { add }
}

/** A table as one unit. */
export async function wholeUnit({ table }: Publication, { asked }: UnitSource): Promise<Unit> {
  const [row] = await asked.rows<{ rows: number; print: string }>(
    `SELECT toInt64(count()) AS rows, ${PRINT} AS print FROM ${table.from} AS t`,
  )
  return { unit: WHOLE, part: '', ...(row ?? { rows: 0, print: '0' }) }
}

async function commit(
  publication: Publication,
  { columns, assertSteady }: UnitSource,
  change: Replacement & { readonly position: number; readonly partitionColumns: readonly string[] },
): Promise<void> {
  const isNothing = change.add.length + change.remove.length === 0
  if (isNothing && publication.version >= 0) return
  assertSteady()
  await publication.commit({ operation: 'WRITE', columns, ...change })
}

async function fileOf(
  publication: Publication,
  { asked, columns }: UnitSource,
  { unit, part, print }: Unit,
  where: string,
  params: Params,
): Promise<Add> {
  const selected = columns.map(({ name, sql }) => `${sql} AS \`${name}\``).join(', ')
  const bytes = await asked.parquet(
    `SELECT ${selected} FROM ${publication.table.from} AS t WHERE ${where}`,
    params,
  )
  const partition: Readonly<Record<string, string>> = part === '' ? {} : { [HOURS_BY]: part }
  return publication.put({ bytes, partition, tags: { [TAG.unit]: unit, [TAG.rows]: print } })
}

/** Null: several hours, or others put them together. */
export function unitOf({ tags }: Add): string | null {
  return tags?.[TAG.unit] ?? null
}
