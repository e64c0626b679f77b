import { distanceM } from '../../../core/geo/metres.ts'
import type { Findings } from '../report.ts'
import type { OsmPlace } from './extract.ts'
import type { Direction, Road } from './roads.ts'

/** One direction of a road from one junction to the next; nodes are those of OpenStreetMap. */
export interface Segment {
  readonly id: string
  readonly road: Road
  readonly direction: Direction
  readonly from: number
  readonly to: number
  readonly lengthM: number
  /** Which way one drives at its beginning and its end, degrees clockwise from north. */
  readonly leavesDeg: number
  readonly arrivesDeg: number
  /** Nodes on the way at which a signal stands for this direction, the ends included, with the way left to the end, m. */
  readonly signals: readonly { readonly node: number; readonly beforeEndM: number }[]
}

/** Roads cut where others meet them, and where nodes are missing. */
export function segmentsOf(
  roads: readonly Road[],
  places: ReadonlyMap<number, OsmPlace>,
  findings: Findings,
): Segment[] {
  const pieces = roads.flatMap(road => piecesOf(road, places, findings).map(nodes => ({ road, nodes })))
  const uses = new Map<number, number>()
  for (const { nodes } of pieces)
    nodes.forEach((node, i) => {
      const isEnd = i === 0 || i === nodes.length - 1
      uses.set(node, (uses.get(node) ?? 0) + (isEnd ? 2 : 1))
    })
  const count = new Map<number, number>()
  return pieces.flatMap(({ road, nodes }) =>
    cut(nodes, node => (uses.get(node) ?? 0) > 1).flatMap(part => {
      const number = count.get(road.id) ?? 0
      count.set(road.id, number + 1)
      return [
        ...(road.forward === null
          ? []
          : [segment(`${road.id}#${number}`, road, road.forward, part, places, true)]),
        ...(road.backward === null
          ? []
          : [segment(`-${road.id}#${number}`, road, road.backward, part.toReversed(), places, false)]),
      ]
    }),
  )
}

/** Extracts end somewhere: a way goes on over nodes that the file does not have. */
function piecesOf(
  { id, nodes }: Road,
  places: ReadonlyMap<number, OsmPlace>,
  findings: Findings,
): number[][] {
  const pieces: number[][] = [[]]
  for (const node of nodes) {
    if (places.has(node)) pieces.at(-1)?.push(node)
    else {
      findings.dropped(
        'nodes that roads name and the file does not have: the roads end there',
        `way ${id}, node ${node}`,
      )
      pieces.push([])
    }
  }
  return pieces.filter(piece => piece.length > 1)
}

function cut(nodes: readonly number[], isJunction: (node: number) => boolean): number[][] {
  const parts: number[][] = []
  let part: number[] = []
  nodes.forEach((node, i) => {
    part.push(node)
    if (i === 0 || (i < nodes.length - 1 && !isJunction(node))) return
    parts.push(part)
    part = [node]
  })
  return parts
}

function segment(
  id: string,
  road: Road,
  direction: Direction,
  nodes: readonly number[],
  places: ReadonlyMap<number, OsmPlace>,
  isForward: boolean,
): Segment {
  const at = (i: number) => places.get(nodes[i] ?? NaN) ?? { longitude: 0, latitude: 0, signal: null }
  const last = nodes.length - 1
  const signals: { node: number; beforeEndM: number }[] = []
  let lengthM = 0
  for (let i = last; i >= 0; i--) {
    if (i < last) lengthM += stepM(at(i), at(i + 1))
    const { signal } = at(i)
    if (signal === 'both' || signal === (isForward ? 'forward' : 'backward'))
      signals.push({ node: nodes[i] ?? -1, beforeEndM: lengthM })
  }
  return {
    ...{ id, road, direction, lengthM, signals },
    from: nodes[0] ?? -1,
    to: nodes[last] ?? -1,
    leavesDeg: bearingDeg(at(0), at(1)),
    arrivesDeg: bearingDeg(at(last - 1), at(last)),
  }
}

type Point = Pick<OsmPlace, 'longitude' | 'latitude'>

function stepM(a: Point, b: Point): number {
  return distanceM(a.latitude, a.longitude, b.latitude, b.longitude)
}

/** Of one point from another, degrees clockwise from north, 0 to 360. */
function bearingDeg(from: Point, to: Point): number {
  const east =
    (to.longitude - from.longitude) * Math.cos((((from.latitude + to.latitude) / 2) * Math.PI) / 180)
  const degrees = (Math.atan2(east, to.latitude - from.latitude) * 180) / Math.PI
  return (degrees + 360) % 360
}
