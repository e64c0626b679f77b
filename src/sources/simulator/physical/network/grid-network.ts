import type {
  Link,
  Movement,
  Network,
  NetworkNode,
  Phase,
  SignalPlan,
  Turn,
} from '../../../../core/traffic/network.ts'
import type { City, Site } from '../../city.ts'
import { BLOCK_M } from '../../city.ts'

/** North, east, south, west: rows count southwards, columns eastwards. */
const SIDES = [
  { row: -1, column: 0 },
  { row: 0, column: 1 },
  { row: 1, column: 0 },
  { row: 0, column: -1 },
] as const
/** Where the streets leave the city. */
const OUTSIDE_M = 600
const FREE_FLOW_KMH = [45, 50, 60, 65] as const
const CYCLE_S = 90
const LEFT_GREEN_S = 10
const YELLOW_S = 4
const ALL_RED_S = 1
/** Numbers of NEMA TS 2: through of the main street 2 and 6, its lefts 5 and 1; of the other 4 and 8, 7 and 3. By side of the approach. */
const THROUGH_PHASE = [4, 2, 8, 6] as const
const LEFT_PHASE = [7, 5, 3, 1] as const

/**
 * The streets of the city of the grid: two directions between neighbours, streets out of the city at its edge, and at every intersection a lane for those who turn
 * left beside the lanes of the register. Every intersection has a plan of four stages: lefts, then the other turns, of either street.
 */
export function gridNetwork(city: City): Network {
  const { gridSize, sites } = city
  const nodes: NetworkNode[] = sites.map(nodeOf)
  const links: Link[] = []
  /** By site and side: the link that comes in from there, and the one that leads there. */
  const inward: number[][] = sites.map(() => [])
  const outward: number[][] = sites.map(() => [])
  sites.forEach((site, here) =>
    SIDES.forEach((step, side) => {
      const row = site.row + step.row
      const column = site.column + step.column
      const isInside = row >= 0 && row < gridSize && column >= 0 && column < gridSize
      const there = isInside ? row * gridSize + column : nodes.push(outsideOf(site, side)) - 1
      const add = (from: number, to: number) => links.push(linkOf(nodes, from, to, site, isInside)) - 1
      const out = add(here, there)
      const opposite = (side + 2) % 4
      ;(outward[here] ?? [])[side] = out
      if (isInside) (inward[there] ?? [])[opposite] = out
      else (inward[here] ?? [])[side] = add(there, here)
    }),
  )
  const movements: Movement[] = []
  const signals: (SignalPlan | null)[] = nodes.map(() => null)
  sites.forEach((site, here) => {
    const of = movementsAt(inward[here] ?? [], outward[here] ?? [], links)
    const first = movements.length
    movements.push(...of.map(({ movement }) => movement))
    signals[here] = planOf(
      site,
      of.map(({ side, movement }, i) => ({ side, turn: movement.turn, index: first + i })),
    )
  })
  return { nodes, links, movements, signals }
}

function nodeOf({ id, name, longitude, latitude }: Site): NetworkNode {
  return { id, name, longitude, latitude }
}

function outsideOf(site: Site, side: number): NetworkNode {
  const step = SIDES[side] ?? SIDES[0]
  const degrees = OUTSIDE_M / 111_320
  return {
    id: `${site.id}-${'NESW'[side]}`,
    name: `${site.name}, out of the city`,
    latitude: site.latitude - step.row * degrees,
    longitude: site.longitude + (step.column * degrees) / Math.cos((site.latitude * Math.PI) / 180),
  }
}

function linkOf(
  nodes: readonly NetworkNode[],
  from: number,
  to: number,
  { district, lanes }: Site,
  isInside: boolean,
): Link {
  return {
    id: `${nodes[from]?.id}>${nodes[to]?.id}`,
    from,
    to,
    lengthM: isInside ? BLOCK_M : OUTSIDE_M,
    lanes: lanes + 1,
    freeFlowKmh: FREE_FLOW_KMH[district] ?? 50,
    kind: 'street',
  }
}

/** All turns but back: left from the lane for it, right from the rightmost, ahead from all but the leftmost. */
function movementsAt(
  inward: readonly number[],
  outward: readonly number[],
  links: readonly Link[],
): { readonly side: number; readonly movement: Movement }[] {
  return inward.flatMap((from, side) => {
    const lanes = links[from]?.lanes ?? 1
    const others = Array.from({ length: lanes - 1 }, (_, i) => i + 1)
    const turns: readonly [Turn, number, readonly number[]][] = [
      ['left', (side + 1) % 4, [0]],
      ['through', (side + 2) % 4, others],
      ['right', (side + 3) % 4, [lanes - 1]],
    ]
    return turns.flatMap(([turn, toSide, fromLanes]) => {
      const to = outward[toSide]
      if (to === undefined) return []
      const toLanes = Array.from({ length: links[to]?.lanes ?? 1 }, (_, i) => i)
      return [{ side, movement: { from, to, turn, fromLanes, toLanes } }]
    })
  })
}

interface Served {
  readonly side: number
  readonly turn: Turn
  readonly index: number
}

/** Lefts of one street, the rest of it, then the same of the other; what is left of the cycle is shared by the two streets. */
function planOf({ row, column }: Site, served: readonly Served[]): SignalPlan {
  const cycleS = CYCLE_S
  const clearanceS = YELLOW_S + ALL_RED_S
  const throughS = (cycleS - 4 * clearanceS - 2 * LEFT_GREEN_S) / 2
  const phases: Phase[] = []
  let startS = 0
  const stage = (sides: readonly number[], isLeft: boolean, greenS: number): void => {
    for (const side of sides) {
      const movements = served.filter(of => of.side === side && (of.turn === 'left') === isLeft)
      const number = (isLeft ? LEFT_PHASE : THROUGH_PHASE)[side] ?? 0
      const indexes = movements.map(({ index }) => index)
      if (indexes.length > 0)
        phases.push({ number, startS, greenS, yellowS: YELLOW_S, allRedS: ALL_RED_S, movements: indexes })
    }
    startS += greenS + clearanceS
  }
  for (const street of [
    [1, 3],
    [0, 2],
  ]) {
    stage(street, true, LEFT_GREEN_S)
    stage(street, false, throughS)
  }
  // A block takes about a third of the cycle at the free speed: neighbours begin so much later.
  return { cycleS, offsetS: ((row + column) * 29) % cycleS, phases }
}
