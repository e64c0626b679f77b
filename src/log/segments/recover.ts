import { mkdir, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Origin } from '../../core/log.ts'
import { bootMark } from '../../core/disk/process-mark.ts'
import type { Range } from '../../core/ranges.ts'
import type { LossBook } from '../losses/book.ts'
import { takeStock } from '../losses/stock.ts'
import type { Found, Inspected } from '../losses/stock.ts'
import type { Segment } from './catalog.ts'
import type { SegmentFiles } from './files.ts'
import { inspectSegment, mendSegment, segmentsIn } from './mend.ts'
import type { Inspection } from './mend.ts'
import { POSITIONS_FILE, segmentBases, sidecarBases, sidecarName } from './names.ts'
import { positionsIn, readPositions } from './positions.ts'
import type { Positions } from './positions.ts'
import type { LogProblem } from './problem.ts'
import { mendSidecar, removeSidecar, sidecarEnd } from './sidecar/index.ts'
import { checksumFault } from './read/frame-walk.ts'

export interface Recovered {
  readonly segments: Segment[]
  /** Position after the last record that was there for sure. */
  readonly sure: number
  /** The next record's position: above every one that may ever have been acknowledged. */
  readonly next: number
  /** First position that retention has kept. */
  readonly floor: number
  /** Positions from the floor on that no record ever had: a crash leaves over what was reserved. */
  readonly skipped: readonly Range[]
  /** How many more such positions there were that no list tells: those of earlier versions, and those below the floor. */
  readonly skippedBefore: number
  /** Was the log closed properly? Then its last segment may grow on. */
  readonly clean: boolean
  readonly boot: string | null
  /** Where brokers' partitions went on after what retention dropped. */
  readonly origins: readonly Origin[]
}

export interface RecoverContext {
  readonly dir: string
  readonly files: SegmentFiles
  readonly losses: LossBook
  /** Records below it were in the log once: somebody has read them. */
  readonly seenUpto: number
  readonly onProblem: (problem: LogProblem) => void
}

/**
 * After it, every segment in the folder can be read from end to end, and what was lost is written down, whatever happened to
 * the files. Losses are written down before a file is touched: a crash in between leaves them to be found again, not
 * forgotten. A second call finds nothing left to do.
 */
export async function recover(context: RecoverContext): Promise<Recovered> {
  const { dir, files, losses, onProblem } = context
  await mkdir(dir, { recursive: true })
  const names = await readdir(dir)
  for (const name of names) if (name.endsWith('.tmp')) await unlink(join(dir, name))
  const own = await readPositions(dir)
  const positions = own ?? positionsIn(losses.positions)
  const boot = await bootMark()
  const found = await inspect(dir, files, names)
  const isUsed =
    found.segments.length + found.sidecars.length + losses.holes.length + context.seenUpto > 0 ||
    names.includes(POSITIONS_FILE)
  const stock = await takeStock({ ...context, ...found, positions, isOwn: own !== null, boot, isUsed })
  for (const { message, from, to, exact, setAside } of await losses.add(stock.losses)) {
    // Bytes that are set aside are told of when they are.
    if (setAside === null) onProblem({ kind: 'lost', message, from, to: exact ? to : null, setAside })
  }
  tellMissing(context, own, isUsed)

  const segments: Segment[] = []
  for (const one of found.segments) {
    if ('segment' in one) segments.push(one.segment)
    else
      segments.push(
        ...(await mendSegment(one.inspection, { ...context, acknowledged: lostUpto(one, losses.holes) })),
      )
  }
  // A sealed segment's frames are found again when somebody reads them.
  for (const segment of segments.slice(0, -1)) segment.index = null
  await mendNewest(context, found, segments.at(-1))
  for (const base of [...stock.vanished, ...stock.blank]) await removeSidecar(dir, base)
  const origins = positions?.origins ?? []
  return {
    ...stock,
    segments,
    boot,
    origins,
    clean: positions?.clean === true && segments.at(-1)?.end === stock.next,
  }
}

/** Looks at every segment and changes none; what is whole is not kept in memory frame by frame. */
async function inspect(dir: string, files: SegmentFiles, names: readonly string[]): Promise<Found> {
  const bases = segmentBases(names)
  const segments: Inspected[] = []
  let newest: Inspection | null = null
  for (const [i, base] of bases.entries()) {
    const below = bases[i + 1] ?? Infinity
    const isLast = below === Infinity
    const inspection = inspectSegment({ dir, base, below, fault: isLast ? checksumFault : () => () => null })
    if (isLast) newest = inspection
    const [segment] = segmentsIn(inspection)
    if (segment === undefined || !inspection.isWhole) segments.push({ base, below, inspection })
    else {
      segments.push({ base, below, segment })
      // The newest one's sidecar is still needed, as a witness.
      if (isLast) continue
      segment.plainRuns = await mendSidecar(dir, files, base, inspection.walk.frames, 0)
      segment.index = null
    }
  }
  return { segments, newest, sidecars: sidecarBases(names) }
}

/** Where the records of a segment end that were acknowledged and are lost; its base where there are none. */
function lostUpto({ base, below }: Inspected, holes: readonly Range[]): number {
  return holes.reduce(
    (end, hole) => (hole.from < below ? Math.max(end, Math.min(hole.to, below)) : end),
    base,
  )
}

async function mendNewest(
  { dir, files, onProblem }: RecoverContext,
  { newest }: Found,
  segment: Segment | undefined,
): Promise<void> {
  if (newest === null || !newest.isWhole || segment === undefined) return
  const { base, walk } = newest
  if ((await sidecarEnd(dir, base)) === null) {
    const message = `log: ${sidecarName(base)} was missing or empty; written anew from the segment`
    onProblem({ kind: 'sidecar', message, from: base, to: null, setAside: null })
  }
  segment.plainRuns = await mendSidecar(dir, files, base, walk.frames, 0)
}

/** Tells of files beside the segments that are gone or unreadable and are made anew; missing segments are told as losses. */
function tellMissing({ losses, onProblem }: RecoverContext, own: Positions | null, isUsed: boolean): void {
  if (own === null && isUsed) {
    const copy = losses.positions !== null
    const message = copy
      ? `log: ${POSITIONS_FILE} was missing or unreadable; its copy beside the losses was taken`
      : `log: ${POSITIONS_FILE} was missing or unreadable; positions go on far above the highest one known`
    onProblem({ kind: 'positions', message, from: null, to: null, setAside: null })
  }
  for (const path of losses.unreadable) {
    const message = `log: ${path} was unreadable; it is now ${path}.damaged, and what the log still shows of losses is found anew`
    onProblem({ kind: 'positions', message, from: null, to: null, setAside: null })
  }
}
