import { FeedError } from '../../../core/feed-error.ts'
import type { Link, LinkKind, Network, NetworkNode, Turn } from '../../../core/traffic/network.ts'
import { atNullIsland, fromPlane } from '../projection.ts'
import type { ToEarth } from '../projection.ts'
import type { Findings } from '../report.ts'
import { signalsOf } from './signals.ts'
import type { Crossing } from './signals.ts'
import type { SumoConnection, SumoEdge, SumoFile } from './read.ts'

/** Shorter links are lengthened: between two stop lines there is room for the wheels of a car at least. */
const SHORTEST_M = 1

/** @throws {FeedError} when nothing of it is for cars, or its parts do not fit together */
export function sumoNetwork(file: string, read: SumoFile, findings: Findings): Network {
  const edges = [...read.edges.values()].filter(edge => isDriven(edge, findings))
  if (edges.length === 0)
    throw new FeedError(
      `${file} has no edge with a lane for cars; give the network of a road map (netconvert).`,
    )
  const linkAt = new Map(edges.map(({ id }, link) => [id, link]))
  const toEarth = projectionOf(file, read, findings)
  const nodeAt = new Map<string, number>()
  const nodes: NetworkNode[] = []
  const names = namesOf(edges)
  const nodeOf = (junction: string, edge: SumoEdge): number => {
    const known = nodeAt.get(junction)
    if (known !== undefined) return known
    const place = read.junctions.get(junction)
    if (place === undefined)
      throw new FeedError(
        `${file}: edge "${edge.id}" names the junction "${junction}", which the file does not have; run netconvert on the network again.`,
      )
    nodeAt.set(junction, nodes.length)
    return (
      nodes.push({ id: junction, name: names.get(junction) ?? junction, ...toEarth(place.x, place.y) }) - 1
    )
  }
  const lanesOf = edges.map(edge => carLanes(edge, read.isLeftHand))
  const crossingM = crossingLengths(read, linkAt)
  const links = edges.map((edge, link): Link => {
    const lanes = edge.lanes.filter(({ isForCars }) => isForCars)
    const alongM = mean(lanes.map(({ lengthM }) => lengthM)) + (crossingM[link] ?? 0)
    if (alongM < SHORTEST_M)
      findings.guessed(`links shorter than ${SHORTEST_M} m are taken as so long`, edge.id)
    if (new Set(lanes.map(({ speedMs }) => speedMs)).size > 1)
      findings.guessed('lanes of different speeds have their mean', edge.id)
    return {
      id: edge.id,
      from: nodeOf(edge.from, edge),
      to: nodeOf(edge.to, edge),
      lengthM: Math.round(Math.max(SHORTEST_M, alongM) * 100) / 100,
      lanes: lanes.length,
      freeFlowKmh: Math.round(mean(lanes.map(({ speedMs }) => speedMs)) * 36) / 10,
      kind: kindOf(edge.type),
    }
  })
  const crossings = crossingsOf(read, linkAt, lanesOf, findings)
  const { signals, served } = signalsOf(file, read, links, crossings, nodes, findings)
  return { nodes, links, movements: served, signals }
}

function isDriven(edge: SumoEdge, findings: Findings): boolean {
  const lanes = edge.lanes.filter(({ isForCars }) => isForCars)
  if (lanes.length === 0) findings.dropped('edges without a lane for cars', edge.id)
  else if (lanes.every(({ speedMs }) => speedMs === 0)) {
    findings.dropped('edges on which the speed is 0', edge.id)
    return false
  } else if (lanes.length < edge.lanes.length)
    for (const { index, isForCars } of edge.lanes)
      if (!isForCars) findings.dropped('lanes that are not for cars', `${edge.id}_${index}`)
  return lanes.length > 0
}

function projectionOf(file: string, { location }: SumoFile, findings: Findings): ToEarth {
  if (location === null || location.projection === '!') {
    findings.note(
      'The file has no place on the earth (projParameter "!"): its plane lies at 0° north, 0° east.',
    )
    return (x, y) => atNullIsland(x - (location?.x ?? 0), y - (location?.y ?? 0))
  }
  const { x: offsetX, y: offsetY, projection } = location
  const toEarth = fromPlane(projection, file)
  return (x, y) => toEarth(x - offsetX, y - offsetY)
}

/** By lane of SUMO ours, 0 the leftmost; −1 where it is not for cars. SUMO counts from the side on which one parks. */
function carLanes({ lanes }: SumoEdge, isLeftHand: boolean): number[] {
  const cars = lanes.filter(({ isForCars }) => isForCars).map(({ index }) => index)
  return lanes.map(({ index }) => {
    const at = cars.indexOf(index)
    return at < 0 || isLeftHand ? at : cars.length - 1 - at
  })
}

/** By link the mean way across the junction that leads into it, m: SUMO's lanes end where the junction begins. */
function crossingLengths({ connections, inner }: SumoFile, linkAt: ReadonlyMap<string, number>): number[] {
  const lengths: number[][] = Array.from(linkAt, () => [])
  for (const { to, via } of connections) {
    if (via === null) continue
    let lengthM = 0
    const seen = new Set<string>()
    for (
      let lane: string | null = via;
      lane !== null && !seen.has(lane);
      lane = inner.get(lane)?.next ?? null
    ) {
      seen.add(lane)
      lengthM += inner.get(lane)?.lengthM ?? 0
    }
    lengths[linkAt.get(to) ?? -1]?.push(lengthM)
  }
  return lengths.map(mean)
}

function crossingsOf(
  { connections, edges }: SumoFile,
  linkAt: ReadonlyMap<string, number>,
  lanesOf: readonly (readonly number[])[],
  findings: Findings,
): Crossing[] {
  const groups = new Map<string, { from: number; to: number; of: SumoConnection[] }>()
  for (const one of connections) {
    const [from, to] = [linkAt.get(one.from), linkAt.get(one.to)]
    const id = `${one.from}_${one.fromLane} > ${one.to}_${one.toLane}`
    const lanes = [lanesOf[from ?? -1]?.[one.fromLane], lanesOf[to ?? -1]?.[one.toLane]]
    if (
      from === undefined ||
      to === undefined ||
      !one.isForCars ||
      lanes.some(lane => lane === undefined || lane < 0)
    ) {
      findings.dropped('connections that are not for cars', id)
      continue
    }
    const key = `${from} ${to}`
    const group = groups.get(key) ?? { from, to, of: [] }
    group.of.push(one)
    groups.set(key, group)
  }
  const straight = new Set(
    [...groups.values()].filter(({ of }) => of.some(({ dir }) => dir === 's')).map(({ from }) => from),
  )
  return Array.from(groups.values(), ({ from, to, of }) => {
    if (edges.get(of[0]?.from ?? '')?.to !== edges.get(of[0]?.to ?? '')?.from)
      findings.guessed('connections of edges that do not meet', `${of[0]?.from} > ${of[0]?.to}`)
    const lanes = (link: number, of: readonly number[]) =>
      [...new Set(of.map(lane => lanesOf[link]?.[lane] ?? 0))].toSorted((a, b) => a - b)
    const fromLanes = lanes(
      from,
      of.map(({ fromLane }) => fromLane),
    )
    const toLanes = lanes(
      to,
      of.map(({ toLane }) => toLane),
    )
    const turn = turnOf(of, straight.has(from), findings)
    return { movement: { from, to, turn, fromLanes, toLanes }, connections: of }
  })
}

/** SUMO's `L` and `R` are half a turn: one where another way goes straight on, else the way on. */
function turnOf(of: readonly SumoConnection[], hasStraight: boolean, findings: Findings): Turn {
  const [{ dir, from, to } = { dir: '', from: '', to: '' }] = of
  const TURNS: Readonly<Record<string, Turn>> = {
    s: 'through',
    l: 'left',
    r: 'right',
    t: 'uturn',
    T: 'uturn',
  }
  const turn = TURNS[dir]
  if (turn !== undefined) return turn
  if (dir === 'L') return hasStraight ? 'left' : 'through'
  if (dir === 'R') return hasStraight ? 'right' : 'through'
  findings.guessed('connections without a direction are taken as going straight on', `${from} > ${to}`)
  return 'through'
}

function kindOf(type: string): LinkKind {
  if (/\b(motorway|trunk)_link\b/.test(type)) return 'ramp'
  return /\bmotorway\b/.test(type) ? 'freeway' : 'street'
}

/** By junction the names of two of the streets that meet there; nothing where none has a name. */
function namesOf(edges: readonly SumoEdge[]): Map<string, string> {
  const streets = new Map<string, Set<string>>()
  for (const { from, to, name } of edges)
    for (const junction of name === null || name === '' ? [] : [from, to])
      streets.set(junction, (streets.get(junction) ?? new Set()).add(name ?? ''))
  return new Map(
    Array.from(streets, ([junction, names]) => [junction, [...names].toSorted().slice(0, 2).join(' & ')]),
  )
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
