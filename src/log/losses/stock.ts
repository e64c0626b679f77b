import { joined, sizeOf, without } from '../../core/ranges.ts'
import type { Range } from '../../core/ranges.ts'
import type { FoundLoss } from '../../core/schema/loss.ts'
import type { Segment } from '../segments/catalog.ts'
import { fileIn, segmentsIn, sitesIn } from '../segments/mend.ts'
import type { Inspection } from '../segments/mend.ts'
import { segmentName } from '../segments/names.ts'
import { BLIND_STEP, rangesOf } from '../segments/positions.ts'
import type { Positions } from '../segments/positions.ts'
import { account, acknowledgedAtMost } from './account.ts'
import type { LossBook } from './book.ts'
import { lossesOf } from './found.ts'
import type { Arrivals, Site } from './found.ts'
import { isBlank, readWitness } from './witness.ts'
import type { Witness } from './witness.ts'

/** A segment file: what it is, or what is in it where it is not whole. */
export type Inspected = { readonly base: number; readonly below: number } & (
  | { readonly segment: Segment }
  | { readonly inspection: Inspection }
)

/** What a look at the folder found; nothing has been changed yet. */
export interface Found {
  readonly segments: readonly Inspected[]
  /** The one with the highest positions; null where there is none. */
  readonly newest: Inspection | null
  /** Bases of the sidecars. */
  readonly sidecars: readonly number[]
}

export interface StockDeps extends Found {
  readonly dir: string
  readonly positions: Positions | null
  /** Are they from the log's own file? The list of segments may lag behind in the copy. */
  readonly isOwn: boolean
  readonly boot: string | null
  readonly losses: LossBook
  /** Records below it were in the log once. */
  readonly seenUpto: number
  /** Is the folder one that held something before? */
  readonly isUsed: boolean
}

export interface Stock {
  readonly losses: readonly FoundLoss[]
  /** Bases of segments that are gone. */
  readonly vanished: readonly number[]
  /** Bases of sidecars that tell nothing, of segments that are not there and never held anything. */
  readonly blank: readonly number[]
  /** Position after the last record that was there for sure. */
  readonly sure: number
  readonly next: number
  readonly floor: number
  readonly skipped: readonly Range[]
  readonly skippedBefore: number
}

/** Accounts for every position of the log: what is there, what was never used, and what is lost. */
export async function takeStock(deps: StockDeps): Promise<Stock> {
  const { segments, positions, losses } = deps
  const there = segments.flatMap(one => ('segment' in one ? [one.segment] : segmentsIn(one.inspection)))
  const kept = there.map(({ base, end }) => ({ from: base, to: end }))
  const recorded = losses.holes
  const floor = floorOf(positions, segments)
  const missing = vanishedBases(deps).filter(base => base >= floor)
  const blank = await blankBases(deps, missing)
  const vanished = missing.filter(base => !blank.has(base))
  const witnesses = await witnessesOf(deps, vanished)
  const { sure, atMost, next } = ends(deps, { there, vanished, blank, witnesses })

  const skippedBefore = positions?.skipped ?? 0
  const unexplained = without([{ from: floor, to: sure }], [...kept, ...recorded])
  const known = rangesOf(positions?.gaps) ?? legacySkipped(positions, unexplained)
  const doubts = rangesOf(positions?.doubts) ?? []
  const found = account({ kept, skipped: known, doubts, recorded, floor, sure, atMost, next })
  const sites = sitesOf(deps, vanished)
  const arrivals = arrivalsOf(there, witnesses)
  const unused = positions?.clean === true ? sizeOf(without([{ from: sure, to: next }], known ?? [])) : 0
  return {
    losses: [
      ...lossesOf(found.lost, true, sites, arrivals),
      ...lossesOf(found.doubtful, false, sites, arrivals),
    ],
    vanished,
    blank: missing.filter(base => blank.has(base)),
    sure,
    next,
    floor,
    skipped: found.skipped,
    skippedBefore: Math.max(0, skippedBefore - sizeOf(known ?? []) - unused),
  }
}

/** Where nothing remembers what retention dropped, nothing was. */
function floorOf(positions: Positions | null, segments: readonly Inspected[]): number {
  if (positions === null) return 0
  return (
    positions.floor ??
    Math.min(...[segments[0]?.base ?? Infinity, positions.segments[0] ?? Infinity, positions.next])
  )
}

function vanishedBases({ segments, sidecars, positions }: StockDeps): number[] {
  const there = new Set(segments.map(({ base }) => base))
  const known = new Set([...(positions?.segments ?? []), ...sidecars])
  return [...known].filter(base => !there.has(base)).sort((a, b) => a - b)
}

/**
 * Those of the newest segment and the missing ones of which no record was ever answered for: a segment is noted before its
 * first records are, and what was split off another one has a sidecar with lines. A crash while a segment begins leaves them.
 */
async function blankBases(
  { dir, newest, positions, isOwn }: StockDeps,
  missing: readonly number[],
): Promise<Set<number>> {
  const blank = new Set<number>()
  if (!isOwn) return blank
  const bases = newest === null ? missing : [...missing, newest.base]
  for (const base of bases) {
    const isNoted = positions?.segments.includes(base) === true
    if (!isNoted && (await isBlank(dir, base))) blank.add(base)
  }
  return blank
}

/** The sidecars of the segments from which something is missing, and of the newest. */
async function witnessesOf(
  { dir, segments, newest }: StockDeps,
  vanished: readonly number[],
): Promise<Map<number, Witness>> {
  const witnesses = new Map<number, Witness>()
  const damaged = segments.flatMap(one => ('inspection' in one ? [one.inspection] : []))
  for (const { base, walk } of newest === null ? damaged : [...damaged, newest]) {
    const ofOneRun = walk.frames.filter(({ form }) => form !== 'runs')
    const there = new Map(ofOneRun.map(({ position, count }) => [position, count]))
    const witness = await readWitness(dir, base, there)
    if (witness !== null) witnesses.set(base, witness)
  }
  for (const base of vanished) {
    const witness = await readWitness(dir, base)
    if (witness !== null) witnesses.set(base, witness)
  }
  return witnesses
}

interface Looked {
  readonly there: readonly Segment[]
  readonly vanished: readonly number[]
  readonly blank: ReadonlySet<number>
  readonly witnesses: ReadonlyMap<number, Witness>
}

/** How far the log went: for sure, at most, and where it goes on. */
function ends(
  { segments, newest, positions, boot, seenUpto, isUsed }: StockDeps,
  { there, vanished, blank, witnesses }: Looked,
): { sure: number; atMost: number; next: number } {
  const lastBase = Math.max(newest?.base ?? -1, vanished.at(-1) ?? -1)
  const witness = witnesses.get(lastBase)
  const given = positions?.next ?? Infinity
  const witnessed = Math.min(given, witness?.end ?? 0)
  const sure = Math.max(
    ...[there.at(-1)?.end ?? 0, positions?.end ?? 0, segments.at(-1)?.base ?? 0, vanished.at(-1) ?? 0],
    ...[witnessed, seenUpto],
  )
  const blind = positions === null && isUsed ? sure + BLIND_STEP : 0
  const next = Math.max(sure, blind, positions?.next ?? 0)
  const hole = newest?.walk.holes.at(-1)
  const isTorn = newest !== null && hole?.end === newest.size
  const isEmptied = newest?.base === lastBase && newest.runs.length === 0
  const frame = isTorn ? hole.frame : null
  const atMost = acknowledgedAtMost({
    clean: positions?.clean === true,
    isBlank: blank.has(lastBase),
    sure,
    isGone: vanished.at(-1) === lastBase || isEmptied,
    isTorn,
    tornEnd: frame === null ? null : frame.position + frame.count,
    sidecar: witness === undefined ? 'missing' : witness.whole ? 'whole' : 'damaged',
    isSameBoot: boot !== null && positions?.boot === boot,
    next,
  })
  return { sure, atMost, next }
}

/**
 * A version before this one counted the skipped positions and kept no list of them. Where the gaps are no more than
 * those, they are those; where nothing was skipped, all gaps are losses; else nobody can tell.
 */
function legacySkipped(positions: Positions | null, gaps: readonly Range[]): Range[] | null {
  if (positions === null) return gaps.length === 0 ? [] : null
  if (sizeOf(gaps) <= positions.skipped) return joined(gaps)
  return positions.skipped === 0 ? [] : null
}

function sitesOf({ dir, segments, newest }: StockDeps, vanished: readonly number[]): Site[] {
  const inspections = segments.flatMap(one => ('inspection' in one ? [one.inspection] : []))
  if (newest?.isWhole === true) inspections.push(newest)
  const gone = vanished.map(base => ({
    from: base,
    to: segments.find(one => one.base > base)?.base ?? Infinity,
    file: fileIn(dir, segmentName(base)),
    offset: null,
    bytes: null,
    setAside: null,
    words: 'is gone',
  }))
  return [...inspections.flatMap(sitesIn), ...gone]
}

/** By the sidecars, which name each frame's arrival, else between the segments before and after. */
function arrivalsOf(there: readonly Segment[], witnesses: ReadonlyMap<number, Witness>): Arrivals {
  return ({ from, to }) => {
    const frames = [...witnesses.values()]
      .flatMap(witness => witness.frames)
      .filter(({ position, count }) => position < to && position + count > from)
    const covered = sizeOf(
      frames.map(({ position, count }) => ({
        from: Math.max(from, position),
        to: Math.min(to, position + count),
      })),
    )
    if (covered === to - from) {
      const times = frames.map(({ arrivedAtMs }) => arrivedAtMs)
      return { fromMs: Math.min(...times), toMs: Math.max(...times) }
    }
    const before = there.findLast(({ end }) => end <= from)
    const after = there.find(({ base }) => base >= to)
    return { fromMs: finite(before?.newestArrivalMs), toMs: finite(after?.firstArrivalMs) }
  }
}

function finite(ms: number | undefined): number | null {
  return ms !== undefined && Number.isFinite(ms) ? ms : null
}
