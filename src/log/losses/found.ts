import type { Range } from '../../core/ranges.ts'
import type { FoundLoss } from '../../core/schema/loss.ts'

/** A place in the files from which records are missing. */
export interface Site {
  /** Positions that may be missing there: [from, to). */
  readonly from: number
  readonly to: number
  /** File below the data folder. */
  readonly file: string
  readonly offset: number | null
  readonly bytes: number | null
  readonly setAside: string | null
  /** What is the matter there, to follow the file's name: "is gone", "has 20 damaged bytes at 1200 (checksum differs)". */
  readonly words: string
}

/** When the records of a range arrived, ms since 1970: no earlier, no later; null where nothing tells. */
export type Arrivals = (range: Range) => { readonly fromMs: number | null; readonly toMs: number | null }

/** Losses of these positions, one for each place in the files that they were lost from. */
export function lossesOf(
  ranges: readonly Range[],
  isExact: boolean,
  sites: readonly Site[],
  arrivals: Arrivals,
): FoundLoss[] {
  const ordered = [...sites].sort((a, b) => a.from - b.from)
  return ranges.flatMap(range =>
    cut(range, ordered).map(part => loss(part, isExact, siteOf(part, ordered), arrivals)),
  )
}

/** Cuts a range where another place begins. */
function cut({ from, to }: Range, sites: readonly Site[]): Range[] {
  const inside = sites.map(site => site.from).filter(at => at > from && at < to)
  const edges = [from, ...new Set(inside), to]
  return edges.slice(1).map((end, i) => ({ from: edges[i] ?? from, to: end }))
}

function siteOf({ from }: Range, sites: readonly Site[]): Site | undefined {
  return sites.findLast(site => site.from <= from && from < site.to)
}

function loss(range: Range, isExact: boolean, site: Site | undefined, arrivals: Arrivals): FoundLoss {
  const { fromMs, toMs } = arrivals(range)
  const records = range.to - range.from
  const where = site === undefined ? 'no file of the log holds them any more' : `${site.file} ${site.words}`
  return {
    layer: 'log',
    table: null,
    ...range,
    records,
    exact: isExact,
    inLake: null,
    arrivedFromMs: fromMs,
    arrivedToMs: toMs,
    file: site?.file ?? null,
    offset: site?.offset ?? null,
    bytes: site?.bytes ?? null,
    setAside: site?.setAside ?? null,
    message: `${subject(range, isExact)}: ${where}${site?.setAside ? `, set aside in ${site.setAside}` : ''}`,
    key: null,
  }
}

function subject({ from, to }: Range, isExact: boolean): string {
  const last = to - 1
  const positions = last === from ? `position ${from}` : `positions ${from} to ${last}`
  const records = to - from
  if (isExact) {
    const what = records === 1 ? 'The acknowledged record' : `The ${records} acknowledged records`
    return `${what} at ${positions} can no longer be read`
  }
  return `Up to ${records} acknowledged records at ${positions} may be lost, and nobody can know how many there were`
}
