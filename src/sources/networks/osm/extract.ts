import { FeedError } from '../../../core/feed-error.ts'
import type { Findings } from '../report.ts'
import { isRoad } from './roads.ts'
import type { OsmWay } from './roads.ts'
import type { OsmMember, OsmSink, Tags } from './sink.ts'

export interface OsmPlace {
  readonly longitude: number
  readonly latitude: number
  /** Directions of its way for which a traffic signal stands here. */
  readonly signal: 'both' | 'forward' | 'backward' | null
}

/** `from` may not go on to `to` at `via` (or to nothing but `to`: `isOnly`). Ways and a node, by id. */
export interface Restriction {
  readonly isOnly: boolean
  readonly from: number
  readonly via: number
  readonly to: number
}

/** What of an extract is about roads for cars. */
export interface OsmRoads {
  readonly ways: OsmWay[]
  readonly places: Map<number, OsmPlace>
  readonly restrictions: Restriction[]
}

const MOST_NODES = 5_000_000

/**
 * Reads an extract twice, ways before the nodes they need, so that a city's buildings cost no memory.
 * @throws {FeedError} when it has no road, or more than 5,000,000 nodes of roads
 */
export async function roadsOf(
  file: string,
  read: (sink: OsmSink) => Promise<void>,
  findings: Findings,
): Promise<OsmRoads> {
  const ways: OsmWay[] = []
  const restrictions: Restriction[] = []
  const wanted = new Set<number>()
  await read({
    node() {},
    way(id, nodes, tags) {
      if (!isRoad(id, tags, findings)) return
      ways.push({ id, nodes, tags })
      for (const node of nodes) wanted.add(node)
      if (wanted.size > MOST_NODES)
        throw new FeedError(
          `${file} has more than 5,000,000 nodes of roads; cut out the part that you need (osmium extract).`,
        )
    },
    relation(id, members, tags) {
      restrictions.push(...restrictionsOf(id, members, tags, findings))
    },
  })
  if (ways.length === 0)
    throw new FeedError(
      `${file} has no road for cars (a way with highway=…); give an extract with its roads.`,
    )
  const places = new Map<number, OsmPlace>()
  await read({
    node(id, longitude, latitude, tags) {
      if (wanted.has(id)) places.set(id, { longitude, latitude, signal: signalOf(tags) })
    },
    way() {},
    relation() {},
  })
  return { ways, places, restrictions }
}

function signalOf(tags: Tags): OsmPlace['signal'] {
  if (tags['highway'] !== 'traffic_signals') return null
  const direction = tags['traffic_signals:direction'] ?? tags['direction'] ?? 'both'
  return direction === 'forward' || direction === 'backward' ? direction : 'both'
}

function restrictionsOf(
  id: number,
  members: readonly OsmMember[],
  tags: Tags,
  findings: Findings,
): Restriction[] {
  const value = tags['restriction:motorcar'] ?? tags['restriction']
  if (tags['type'] !== 'restriction' || value === undefined) {
    if (tags['restriction:conditional'] !== undefined)
      findings.dropped('turn restrictions of certain hours', `relation ${id}`)
    return []
  }
  if (/\b(motorcar|motor_vehicle)\b/.test(tags['except'] ?? '')) return []
  const of = (role: string, type: OsmMember['type']) =>
    members.filter(member => member.role === role && member.type === type).map(({ ref }) => ref)
  const [from, via, to] = [of('from', 'way'), of('via', 'node'), of('to', 'way')]
  if (!/^(no|only)_/.test(value) || from.length === 0 || via.length !== 1 || to.length === 0) {
    const why =
      of('via', 'way').length > 0 ? 'turn restrictions over a way' : 'turn restrictions that are not whole'
    findings.dropped(why, `relation ${id}`)
    return []
  }
  const isOnly = value.startsWith('only_')
  return from.flatMap(one => to.map(other => ({ isOnly, from: one, via: via[0] ?? -1, to: other })))
}
