import type { LinkKind } from '../../../core/traffic/network.ts'
import type { Findings } from '../report.ts'
import { speedOf } from './speeds.ts'
import type { Tags } from './sink.ts'

export interface OsmWay {
  readonly id: number
  readonly nodes: readonly number[]
  readonly tags: Tags
}

/** One direction of a road. */
export interface Direction {
  readonly lanes: number
  readonly freeFlowKmh: number
  /** By lane from the left what its arrows say; null where nothing is known. */
  readonly turns: readonly (readonly string[])[] | null
}

export interface Road {
  readonly id: number
  readonly name: string | null
  readonly kind: LinkKind
  readonly nodes: readonly number[]
  /** In the order of its nodes, and against it; null where one may not drive. */
  readonly forward: Direction | null
  readonly backward: Direction | null
}

/**
 * Lanes of a direction where nothing is said: those of SUMO's typemap osmNetconvert.typ.xml (Eclipse SUMO, data/typemap).
 */
const LANES: Readonly<Record<string, number>> = {
  motorway: 2,
  motorway_link: 1,
  trunk: 2,
  trunk_link: 1,
  primary: 2,
  primary_link: 1,
  secondary: 1,
  secondary_link: 1,
  tertiary: 1,
  tertiary_link: 1,
  unclassified: 1,
  residential: 1,
  living_street: 1,
  service: 1,
  road: 1,
}
/** Of service ways those that are no streets. */
const NO_STREETS = new Set(['driveway', 'parking_aisle', 'drive-through', 'emergency_access', 'slipway'])
const CLOSED = new Set(['no', 'private', 'agricultural', 'forestry', 'emergency', 'bus', 'psv', 'military'])
const MOST_LANES = 12

/** Whether cars drive on a way; what is dropped of the highways is told. */
export function isRoad(id: number, tags: Tags, findings: Findings): boolean {
  const { highway } = tags
  if (highway === undefined) return false
  const name = `way ${id}`
  if (!(highway in LANES)) findings.dropped(`ways of highway=${highway}`, name)
  else if (tags['area'] === 'yes') findings.dropped('areas', name)
  else if (highway === 'service' && NO_STREETS.has(tags['service'] ?? ''))
    findings.dropped(`ways of service=${tags['service']}`, name)
  else if (CLOSED.has(accessOf(tags)))
    findings.dropped(`roads that are closed to cars (${accessOf(tags)})`, name)
  else if (tags['oneway'] === 'reversible')
    findings.dropped('roads whose direction changes with the hour', name)
  else return true
  return false
}

/** The most particular of the keys that say who may drive. */
function accessOf(tags: Tags): string {
  return tags['motorcar'] ?? tags['motor_vehicle'] ?? tags['vehicle'] ?? tags['access'] ?? 'yes'
}

export function roadOf({ id, nodes, tags }: OsmWay, findings: Findings): Road {
  const highway = tags['highway'] ?? ''
  const way = onewayOf(tags)
  const lanes = lanesOf(id, tags, way, findings)
  const direction = (side: 'forward' | 'backward'): Direction | null => {
    if (way !== 'both' && way !== side) return null
    const turns = turnsOf(tags, side, way)
    const count = lanes[side]
    if (turns !== null && turns.length !== count)
      findings.guessed('turn:lanes that are not as many as the lanes are not used', `way ${id}`)
    const freeFlowKmh = speedOf(id, tags, side, findings)
    return { lanes: count, freeFlowKmh, turns: turns?.length === count ? turns : null }
  }
  return {
    id,
    name: tags['name'] ?? tags['ref'] ?? null,
    kind: highway === 'motorway' ? 'freeway' : /^(motorway|trunk)_link$/.test(highway) ? 'ramp' : 'street',
    nodes: nodes.filter((node, i) => node !== nodes[i - 1]),
    forward: direction('forward'),
    backward: direction('backward'),
  }
}

/** Motorways, their links and roundabouts are of one way unless they say otherwise. */
function onewayOf(tags: Tags): 'forward' | 'backward' | 'both' {
  const oneway = tags['oneway:motorcar'] ?? tags['oneway:motor_vehicle'] ?? tags['oneway']
  if (oneway === '-1' || oneway === 'reverse') return 'backward'
  if (oneway === 'yes' || oneway === 'true' || oneway === '1') return 'forward'
  if (oneway !== undefined) return 'both'
  const isImplied = tags['junction'] === 'roundabout' || /^motorway(_link)?$/.test(tags['highway'] ?? '')
  return isImplied ? 'forward' : 'both'
}

function lanesOf(id: number, tags: Tags, way: 'forward' | 'backward' | 'both', findings: Findings) {
  const total = countOf(tags['lanes'])
  const of = (side: 'forward' | 'backward') =>
    countOf(tags[`lanes:${side}`]) ?? turnsOf(tags, side, way)?.length ?? null
  const usual = LANES[tags['highway'] ?? ''] ?? 1
  const guess = (value: number): number => {
    findings.guessed('roads without lanes have those of their class', `way ${id}`)
    return value
  }
  const most = (count: number) => Math.min(MOST_LANES, Math.max(1, count))
  if (way !== 'both') {
    const count = most(total ?? of(way) ?? guess(usual))
    return { forward: count, backward: count }
  }
  const [forward, backward] = [of('forward'), of('backward')]
  if (forward !== null || backward !== null) {
    const rest = (known: number | null) => (total ?? 0) - (known ?? 0)
    return { forward: most(forward ?? rest(backward)), backward: most(backward ?? rest(forward)) }
  }
  if (total === null) {
    const each = guess(usual)
    return { forward: each, backward: each }
  }
  if (total % 2 === 1 && total > 1)
    findings.guessed('of an odd number of lanes the forward direction has one more', `way ${id}`)
  return { forward: most(Math.ceil(total / 2)), backward: most(Math.floor(total / 2)) }
}

/** `2`, also `2;3`, of which the first. */
function countOf(text: string | undefined): number | null {
  const count = Number.parseInt(text ?? '', 10)
  return Number.isInteger(count) && count > 0 ? count : null
}

function turnsOf(tags: Tags, side: 'forward' | 'backward', way: 'forward' | 'backward' | 'both') {
  const text = tags[`turn:lanes:${side}`] ?? (way === side ? tags['turn:lanes'] : undefined)
  return text === undefined ? null : text.split('|').map(lane => lane.split(';').map(one => one.trim()))
}
