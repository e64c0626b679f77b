import type { SodaAnswer, SodaDeps } from './ask.ts'
import { ask } from './ask.ts'
import type { Column } from './columns.ts'
import type { SocrataDataset } from './dataset.ts'
import { datasetName } from './dataset.ts'
import type { Page } from './page.ts'
import { parseJson, readPage } from './page.ts'
import type { Wanted } from './queries.ts'
import { pageAddress, probeAddress } from './queries.ts'
import { SocrataError } from './socrata-error.ts'

/** What a dataset says of itself: another one whenever a row of it is added, touched or taken away. */
export interface Probe {
  readonly rows: number
  /** Newest `:updated_at`, as the portal wrote it; null where there is no row. */
  readonly newest: string | null
}

/** A page that was landed. */
export interface Part {
  readonly sha256: string
  readonly bytes: number
  readonly rows: number
}

/** How far a download has come: enough to go on after a kill. */
export interface Progress {
  readonly since: string | null
  readonly probe: Probe
  readonly startedAtMs: number
  readonly parts: readonly Part[]
}

/** What the last whole download was known by. */
export interface Known {
  readonly since: string | null
  readonly probe: Probe
  readonly etag: string | null
}

export interface Download extends Progress {
  /** Of the probe; sent along next time. */
  readonly etag: string | null
  readonly columns: readonly Column[]
  readonly hasAllColumns: boolean
}

export interface DownloadDeps extends SodaDeps {
  /** Keeps a page as it was received; durable once it resolves. */
  readonly land: (address: string, answer: SodaAnswer) => Promise<Omit<Part, 'rows'>>
  /** A page that was landed before. */
  readonly landed: (part: Part) => Promise<Buffer>
  /** Told after each page; durable once it resolves. */
  readonly onProgress: (progress: Progress) => Promise<void>
  readonly now: () => number
  readonly signal: AbortSignal
}

/** A dataset that changes while it is read is read anew; one that never holds still is asked again later. */
const MAX_BEGINNINGS = 3

interface Gathered {
  progress: Progress
  readonly ids: Set<string>
  columns: readonly Column[]
  hasAllColumns: boolean
}

/**
 * The rows of a dataset, page by page, as they stood at one moment: rows and newest change are asked for before and after, each row
 * has come once, and there are as many as the portal counts. A download that was broken off goes on where it was, if the dataset
 * is still the same.
 *
 * @param known null asks for all whatever was known
 * @returns null when nothing was changed since `known`
 * @throws {SocrataError | OutboundError}
 */
export async function download(
  dataset: SocrataDataset,
  wanted: Wanted,
  { known, progress }: { readonly known: Known | null; readonly progress: Progress | null },
  deps: DownloadDeps,
): Promise<Download | null> {
  const comparable = known?.since === wanted.since ? known : null
  let mark = await probe(dataset, wanted, comparable?.etag ?? null, deps)
  if (mark === null || (comparable !== null && isSame(mark, comparable.probe))) return null
  const begun = begin(wanted, mark, deps.now())
  let got = progress === null ? begun : ((await regained(dataset, progress, begun.progress, deps)) ?? begun)
  for (let beginnings = 1; ; beginnings++) {
    await gather(dataset, wanted, got, deps)
    const after = await probe(dataset, wanted, null, deps)
    const why = after === null ? null : mismatch(got, mark, after)
    if (why === null || after === null)
      return {
        ...got.progress,
        etag: mark.etag,
        columns: got.columns,
        hasAllColumns: got.hasAllColumns,
      }
    if (beginnings === MAX_BEGINNINGS)
      throw new SocrataError(
        `${datasetName(dataset)}: ${why}, ${MAX_BEGINNINGS} times in a row; it is asked again later`,
        { retryable: true },
      )
    mark = after
    got = begin(wanted, mark, deps.now())
  }
}

async function probe(
  dataset: SocrataDataset,
  wanted: Wanted,
  etag: string | null,
  deps: DownloadDeps,
): Promise<(Probe & { etag: string | null }) | null> {
  const shown = datasetName(dataset)
  const asking = {
    address: probeAddress(dataset, wanted),
    format: 'json',
    etag,
    shown,
    signal: deps.signal,
  } as const
  const answered = await ask(dataset, asking, deps, ({ body }) => probeOf(parseJson(body, shown), shown))
  return answered === null ? null : { ...answered.value, etag: answered.answer.etag }
}

function probeOf(value: unknown, shown: string): Probe {
  const row: unknown = Array.isArray(value) ? value[0] : undefined
  const { row_count: count, newest } = (row ?? {}) as Readonly<Record<string, unknown>>
  const rows = typeof count === 'string' || typeof count === 'number' ? Number(count) : NaN
  if (!Number.isSafeInteger(rows) || rows < 0)
    throw new SocrataError(`${shown}: the portal did not say how many rows there are`, { retryable: true })
  return { rows, newest: typeof newest === 'string' ? newest : null }
}

function begin({ since }: Wanted, { rows, newest }: Probe, startedAtMs: number): Gathered {
  const progress = { since, probe: { rows, newest }, startedAtMs, parts: [] }
  return { progress, ids: new Set(), columns: [], hasAllColumns: true }
}

/** What was landed before, read again; null where it is of another state of the dataset, or is no longer there. */
async function regained(
  dataset: SocrataDataset,
  progress: Progress,
  { since, probe: now }: Progress,
  deps: DownloadDeps,
): Promise<Gathered | null> {
  if (progress.since !== since || !isSame(progress.probe, now)) return null
  const got: Gathered = { progress, ids: new Set(), columns: [], hasAllColumns: true }
  for (const part of progress.parts) {
    try {
      const answer = {
        status: 200,
        headers: {},
        body: await deps.landed(part),
        etag: null,
        retryAfterS: null,
      }
      take(got, readPage(answer, dataset.format, datasetName(dataset)))
    } catch {
      // Damaged or gone: everything is asked for again, which mends it.
      return null
    }
  }
  return got
}

async function gather(
  dataset: SocrataDataset,
  wanted: Wanted,
  got: Gathered,
  deps: DownloadDeps,
): Promise<void> {
  const shown = datasetName(dataset)
  for (;;) {
    const rows = got.progress.parts.reduce((sum, part) => sum + part.rows, 0)
    if (rows >= got.progress.probe.rows) return
    const address = pageAddress(dataset, wanted, rows)
    const asking = { address, format: dataset.format, etag: null, shown, signal: deps.signal }
    const answered = await ask(dataset, asking, deps, answer => readPage(answer, dataset.format, shown))
    // A portal may give fewer rows than were asked for; none at all is the end, whatever it counted.
    if (answered === null || answered.value.ids.length === 0) return
    const landed = await deps.land(address, answered.answer)
    take(got, answered.value)
    const part = { ...landed, rows: answered.value.ids.length }
    got.progress = { ...got.progress, parts: [...got.progress.parts, part] }
    await deps.onProgress(got.progress)
  }
}

function take(got: Gathered, page: Page): void {
  for (const id of page.ids) got.ids.add(id)
  const names = new Map(got.columns.map(column => [column.name, column]))
  for (const column of page.columns)
    if (column.type !== null || !names.has(column.name)) names.set(column.name, column)
  got.columns = [...names.values()]
  got.hasAllColumns &&= page.hasAllColumns
}

/** Why the pages are no picture of one moment; null where they are. */
function mismatch({ ids, progress }: Gathered, before: Probe, after: Probe): string | null {
  const rows = progress.parts.reduce((sum, part) => sum + part.rows, 0)
  if (!isSame(before, after)) return 'it was changed while it was read'
  if (ids.size !== rows) return `${rows - ids.size} of its rows came twice`
  return rows === before.rows ? null : `${rows} rows came, but it counts ${before.rows}`
}

function isSame(a: Probe, b: Probe): boolean {
  return a.rows === b.rows && a.newest === b.newest
}
