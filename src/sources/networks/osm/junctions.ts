import type { Findings } from '../report.ts'
import type { Segment } from './segments.ts'

/** Signals stand so far before the junction they are for, at most, m. */
const BEFORE_JUNCTION_M = 40
/** Carriageways of one junction lie so far apart, at most, m. */
const WITHIN_JUNCTION_M = 40

export interface Junctions {
  /** By node the one that stands for the whole junction. */
  readonly of: (node: number) => number
  readonly hasSignal: (junction: number) => boolean
  /** Whether a segment lies within a junction. */
  readonly isInner: (segment: Segment) => boolean
}

/**
 * Which nodes are one junction: where roads have separate carriageways, one signal stands at up to four nodes, and before them. A node has a signal where it is tagged, or
 * one stands on a way shortly before it; nodes with signals that short segments join are one.
 */
export function junctionsOf(segments: readonly Segment[], findings: Findings): Junctions {
  const neighbours = new Map<number, Set<number>>()
  for (const { from, to } of segments) {
    neighbours.set(from, (neighbours.get(from) ?? new Set()).add(to))
    neighbours.set(to, (neighbours.get(to) ?? new Set()).add(from))
  }
  const isMeeting = (node: number) => (neighbours.get(node)?.size ?? 0) > 2
  const signalised = signalisedNodes(segments, isMeeting, findings)
  const parent = new Map<number, number>()
  const root = (node: number): number => {
    let at = node
    for (let next = parent.get(at); next !== undefined; next = parent.get(at)) at = next
    return at
  }
  for (const { from, to, lengthM } of segments) {
    if (lengthM > WITHIN_JUNCTION_M || !signalised.has(from) || !signalised.has(to)) continue
    const [a, b] = [root(from), root(to)].toSorted((x, y) => x - y)
    if (a !== undefined && b !== undefined && a !== b) parent.set(b, a)
  }
  for (const node of parent.keys())
    findings.guessed('nodes of one junction with signals are one', `node ${node} at ${root(node)}`)
  const withSignal = new Set([...signalised].map(root))
  return {
    of: root,
    hasSignal: junction => withSignal.has(junction),
    isInner: ({ from, to, lengthM }) =>
      lengthM <= WITHIN_JUNCTION_M && from !== to && root(from) === root(to),
  }
}

function signalisedNodes(
  segments: readonly Segment[],
  isMeeting: (node: number) => boolean,
  findings: Findings,
): Set<number> {
  const into = new Map<number, Segment[]>()
  for (const segment of segments) into.set(segment.to, [...(into.get(segment.to) ?? []), segment])
  const found = new Set<number>()
  const used = new Set<number>()
  for (const [node, approaches] of into) {
    if (!isMeeting(node)) continue
    for (const approach of approaches)
      for (const signal of signalsBefore(approach, into, isMeeting)) {
        found.add(node)
        used.add(signal)
      }
  }
  for (const node of new Set(segments.flatMap(({ signals }) => signals.map(of => of.node))))
    if (!used.has(node)) findings.dropped('signals that stand at no junction', `node ${node}`)
  return found
}

/** Signals that one passes shortly before a junction, also where the way was cut at them. */
function signalsBefore(
  approach: Segment,
  into: ReadonlyMap<number, readonly Segment[]>,
  isMeeting: (node: number) => boolean,
): number[] {
  const found: number[] = []
  const seen = new Set<Segment>()
  let [segment, beyondM]: [Segment | undefined, number] = [approach, 0]
  while (segment !== undefined && !seen.has(segment)) {
    seen.add(segment)
    const { from, lengthM, signals }: Segment = segment
    for (const { node, beforeEndM } of signals)
      if (beyondM + beforeEndM <= BEFORE_JUNCTION_M && (node === approach.to || !isMeeting(node)))
        found.push(node)
    beyondM += lengthM
    if (isMeeting(from) || beyondM > BEFORE_JUNCTION_M) break
    const { to }: Segment = segment
    segment = into.get(from)?.find(one => one.from !== to)
  }
  return found
}
