import { mkdir, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Segment } from './catalog.ts'
import type { SegmentFiles } from './files.ts'
import { mendSegment } from './mend.ts'
import { POSITIONS_FILE, segmentBases, segmentName, sidecarBases, sidecarName } from './names.ts'
import { BLIND_STEP, readPositions } from './positions.ts'
import type { Positions } from './positions.ts'
import type { LogProblem } from './problem.ts'
import { removeSidecar, sidecarEnd } from './sidecar/index.ts'
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
    witnesses.set(base, (await sidecarEnd(dir, base)) ?? base)
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
    const emptied = parts.length === 0 && positions?.segments.includes(base) === true
    if (end < acknowledged || emptied) reportLost(context, end, Math.max(end, acknowledged))
    else if (parts.length > 0 && (witnesses.get(base) ?? base) === base) reportSidecar(context, base)
    // A sealed segment's frames are found again when somebody reads them.
    if (below !== Infinity) for (const part of parts) part.index = null
    segments.push(...parts)
  }
  await reportVanished(context, bases, witnesses, positions)
  const traces = [...bases, ...witnesses.values(), ...(names.includes(POSITIONS_FILE) ? [0] : [])]
  if (positions === null && traces.length > 0) reportPositions(context)
  return { segments, ...nextPosition(segments, traces, positions) }
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
  const records = to > from ? `${from} to ${to - 1}` : `from ${from} on`
  const message = `log: records ${records} were acknowledged and are gone`
  onProblem({ kind: 'lost', message, from, to: to > from ? to : null, setAside: null })
}

function reportPositions({ onProblem }: Context): void {
  const message = `log: ${POSITIONS_FILE} was missing or unreadable; positions go on far above the highest one known`
  onProblem({ kind: 'positions', message, from: null, to: null, setAside: null })
}

/** Without it nobody can tell whether records are missing at the segment's end. */
function reportSidecar({ onProblem }: Context, base: number): void {
  const message = `log: ${sidecarName(base)} was missing or empty; written anew from the segment`
  onProblem({ kind: 'sidecar', message, from: base, to: null, setAside: null })
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
    const end = witnesses.get(base) ?? base
    const to = end > base ? end : null
    const records = to === null ? `from ${base} on` : `${base} to ${to - 1}`
    const message = `log segment ${segmentName(base)} is gone, with the records ${records}`
    context.onProblem({ kind: 'lost', message, from: base, to, setAside: null })
    await removeSidecar(context.dir, base)
  }
}

/** @param traces positions that were given, or might have been, by what is left in the folder */
function nextPosition(
  segments: readonly Segment[],
  traces: readonly number[],
  positions: Positions | null,
): Pick<Recovered, 'next' | 'skipped' | 'clean'> {
  const end = segments.at(-1)?.end ?? 0
  const known = Math.max(end, positions?.end ?? 0, ...traces)
  const blind = positions === null && traces.length > 0 ? BLIND_STEP : 0
  const next = Math.max(known + blind, positions?.next ?? 0)
  // After a clean close the recorded position had been reached; after a crash it was only reserved.
  const reached = positions?.clean === true ? next : known
  return {
    next,
    skipped: (positions?.skipped ?? 0) + next - reached,
    clean: positions?.clean === true && end === next,
  }
}
