import { mkdir, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Segment } from './catalog.ts'
import type { SegmentFiles } from './files.ts'
import { mendSegment } from './mend.ts'
import { segmentBases, segmentName, sidecarBases } from './names.ts'
import { BLIND_STEP, readPositions } from './positions.ts'
import type { Positions } from './positions.ts'
import type { LogProblem } from './problem.ts'
import { removeSidecar, sidecarEnd } from './sidecar.ts'
import { checksumFault } from './walk.ts'

export interface Recovered {
  readonly segments: Segment[]
  /** The next record's position: above every one that may ever have been acknowledged. */
  readonly next: number
  /** Positions that no record ever had. */
  readonly skipped: number
  /** Was the log closed properly? Then its last segment may grow on. */
  readonly clean: boolean
}

interface Context {
  readonly dir: string
  readonly files: SegmentFiles
  readonly onProblem: (problem: LogProblem) => void
}

/** Brings a log's folder into order after whatever happened to it; a repeated call finds nothing left to do. */
export async function recover(context: Context): Promise<Recovered> {
  const { dir } = context
  await mkdir(dir, { recursive: true })
  const positions = await readPositions(dir)
  const names = await readdir(dir)
  for (const name of names) if (name.endsWith('.tmp')) await unlink(join(dir, name))
  const bases = segmentBases(names)
  const witnesses = new Map<number, number>()
  for (const base of sidecarBases(names)) {
    const end = await sidecarEnd(dir, base)
    if (end !== null) witnesses.set(base, end)
  }

  const segments: Segment[] = []
  for (const [i, base] of bases.entries()) {
    const below = bases[i + 1] ?? Infinity
    const acknowledged = Math.min(below, acknowledgedEnd(base, below, witnesses, positions))
    const parts = await mendSegment({
      ...context,
      base,
      below,
      acknowledged,
      fault: below === Infinity ? checksumFault : () => () => null,
    })
    const end = parts.at(-1)?.end ?? base
    if (end < acknowledged) reportLost(context, end, acknowledged)
    // A sealed segment's frames are found again when somebody reads them.
    if (below !== Infinity) for (const part of parts) part.index = null
    segments.push(...parts)
  }
  await reportVanished(context, bases, witnesses, positions)
  return { segments, ...nextPosition(segments, witnesses, positions) }
}

/** How far a segment's records were acknowledged, as far as its sidecar or the positions file tells. */
function acknowledgedEnd(
  base: number,
  below: number,
  witnesses: ReadonlyMap<number, number>,
  positions: Positions | null,
): number {
  const byClose = below === Infinity && positions?.segments.at(-1) === base ? positions.end : 0
  return Math.max(base, witnesses.get(base) ?? 0, byClose)
}

function reportLost({ onProblem }: Context, from: number, to: number): void {
  const message = `log: records ${from} to ${to - 1} were acknowledged and are gone`
  onProblem({ kind: 'lost', message, from, to, setAside: null })
}

/** Segments that were there and are not, by the positions file or by their sidecars. */
async function reportVanished(
  context: Context,
  bases: readonly number[],
  witnesses: ReadonlyMap<number, number>,
  positions: Positions | null,
): Promise<void> {
  const there = new Set(bases)
  for (const base of new Set([...(positions?.segments ?? []), ...witnesses.keys()])) {
    if (there.has(base)) continue
    const to = witnesses.get(base) ?? null
    const records = to === null ? `from ${base} on` : `${base} to ${to - 1}`
    const message = `log segment ${segmentName(base)} is gone, with the records ${records}`
    context.onProblem({ kind: 'lost', message, from: base, to, setAside: null })
    await removeSidecar(context.dir, base)
  }
}

function nextPosition(
  segments: readonly Segment[],
  witnesses: ReadonlyMap<number, number>,
  positions: Positions | null,
): Pick<Recovered, 'next' | 'skipped' | 'clean'> {
  const end = segments.at(-1)?.end ?? 0
  const known = Math.max(end, positions?.end ?? 0, ...witnesses.values())
  const blind = positions === null && known > 0 ? BLIND_STEP : 0
  const next = Math.max(known + blind, positions?.next ?? 0)
  // After a clean close the recorded position had been reached; after a crash it was only reserved.
  const reached = positions?.clean === true ? next : known
  return {
    next,
    skipped: (positions?.skipped ?? 0) + next - reached,
    clean: positions?.clean === true && end === next,
  }
}
