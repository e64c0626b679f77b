import { FeedError } from '../../../core/feed-error.ts'
import type { Link, Network, NetworkNode, SignalPlan } from '../../../core/traffic/network.ts'
import type { Findings } from '../report.ts'
import type { OsmPlace, OsmRoads } from './extract.ts'
import { junctionsOf } from './junctions.ts'
import type { Junctions } from './junctions.ts'
import { movementsOf } from './movements.ts'
import { generatedPlan } from './plans.ts'
import { roadOf } from './roads.ts'
import { segmentsOf } from './segments.ts'
import type { Segment } from './segments.ts'

/** Stop lines stand at least so far apart, m. */
const SHORTEST_M = 1

/** @throws {FeedError} when the file has roads and not their nodes */
export function osmNetwork(
  file: string,
  { ways, places, restrictions }: OsmRoads,
  findings: Findings,
): Network {
  const roads = ways.map(way => roadOf(way, findings))
  const segments = segmentsOf(roads, places, findings)
  if (segments.length === 0)
    throw new FeedError(
      `${file} has no road with two of its nodes; export it with the nodes of its ways (osmium extract --strategy complete_ways).`,
    )
  const junctions = junctionsOf(segments, findings)
  const [inner, kept] = [true, false].map(is => segments.filter(one => junctions.isInner(one) === is)) as [
    Segment[],
    Segment[],
  ]
  const nodeAt = new Map<number, number>()
  for (const node of kept.flatMap(({ from, to }) => [from, to]).map(junctions.of))
    if (!nodeAt.has(node)) nodeAt.set(node, nodeAt.size)
  const links = kept.map(({ id, from, to, lengthM, direction, road }): Link => {
    if (lengthM < SHORTEST_M) findings.guessed(`links shorter than ${SHORTEST_M} m are taken as so long`, id)
    return {
      id,
      from: nodeAt.get(junctions.of(from)) ?? -1,
      to: nodeAt.get(junctions.of(to)) ?? -1,
      lengthM: Math.round(Math.max(SHORTEST_M, lengthM) * 100) / 100,
      lanes: direction.lanes,
      freeFlowKmh: direction.freeFlowKmh,
      kind: road.kind,
    }
  })
  const movements = movementsOf(kept, inner, restrictions, junctions)
  const here = Array.from(nodeAt, (): number[] => [])
  movements.forEach(({ from }, movement) => here[links[from]?.to ?? -1]?.push(movement))
  const signals = Array.from(nodeAt, ([node], at): SignalPlan | null => {
    if (!junctions.hasSignal(node)) return null
    const plan = generatedPlan(here[at] ?? [], movements, kept)
    if (plan === null) findings.dropped('signals at which no ways cross', `node ${node}`)
    else
      findings.guessed(
        'signals whose plan is generated: opposite approaches together, green by lanes',
        `node ${node}`,
      )
    return plan
  })
  return { nodes: nodesOf(nodeAt, segments, places, junctions), links, movements, signals }
}

/** Junctions in the middle of their nodes, named by two of their streets. */
function nodesOf(
  nodeAt: ReadonlyMap<number, number>,
  segments: readonly Segment[],
  places: ReadonlyMap<number, OsmPlace>,
  junctions: Junctions,
): NetworkNode[] {
  const parts = new Map<number, Set<number>>()
  const streets = new Map<number, Set<string>>()
  for (const { from, to, road } of segments)
    for (const node of [from, to]) {
      const junction = junctions.of(node)
      parts.set(junction, (parts.get(junction) ?? new Set()).add(node))
      if (road.name !== null) streets.set(junction, (streets.get(junction) ?? new Set()).add(road.name))
    }
  return Array.from(nodeAt.keys(), node => {
    const of = Array.from(parts.get(node) ?? [node], part => places.get(part)).filter(
      place => place !== undefined,
    )
    const mean = (key: 'longitude' | 'latitude') => of.reduce((sum, place) => sum + place[key], 0) / of.length
    const names = [...(streets.get(node) ?? [])].toSorted().slice(0, 2)
    return {
      id: String(node),
      name: names.length === 0 ? `node ${node}` : names.join(' & '),
      longitude: mean('longitude'),
      latitude: mean('latitude'),
    }
  })
}
