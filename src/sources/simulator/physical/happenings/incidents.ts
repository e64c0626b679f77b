import type { Link, Network } from '../../../../core/traffic/network.ts'
import { draw, logNormal, PURPOSE } from '../draws.ts'
import type { LaneLimit } from '../lane-limits.ts'
import type { Streets } from '../network/streets.ts'
import type { Vehicle } from '../vehicles/vehicle.ts'
import type { Happenings } from './happenings.ts'
import type { IncidentSeverity, IncidentType, Kind } from './incident-figures.ts'
import {
  ALL_BLOCKED,
  CLEARANCE_MIN,
  DETECTION_MIN,
  FREEWAY_DURATION_MIN,
  FREEWAY_KINDS,
  FREEWAY_OPEN_LANE,
  INCIDENTS_PER_KM,
  RESPONSE_MIN,
  RUBBERNECKING,
  STREET_DURATION_CV,
  STREET_KINDS,
  STREET_LOSS,
} from './incident-figures.ts'
import type { Conditions } from './weather-effects.ts'
import { FAIR, incidentFactor } from './weather-effects.ts'

const MINUTE_S = 60

/** One incident as it truly is. */
export interface Incident {
  /** INC-000001 and on, in the order in which they began. */
  readonly id: string
  readonly type: IncidentType
  readonly severity: IncidentSeverity
  /** Id of the link. */
  readonly link: string
  /** From the begin of the link, m. The traffic is held at the link's end, wherever on it this is. */
  readonly atM: number
  /** Lanes that are closed, 0 the leftmost; none where it stands on the shoulder, or where a tenth still gets by on the only lane. */
  readonly lanes: readonly number[]
  /** What a lane that is open still carries, 0–1. */
  readonly openLaneFactor: number
  /** When it begins, is noticed, has help, and is cleared, s. */
  readonly fromS: number
  readonly detectedS: number
  readonly reachedS: number
  readonly toS: number
  /** Id of the link on which drivers slow down to look; null where nobody does. */
  readonly rubberneckers: string | null
}

export interface IncidentOptions {
  readonly streets: Streets
  readonly happenings: Pick<Happenings, 'add'>
  readonly seed: number
  /** The weather at a time. @default fair */
  readonly weather?: (atS: number) => Conditions
  /** Times as many as the figures say; 0: none. @default 1 */
  readonly rate?: number
}

/**
 * Incidents that drivers have on their way, each link a chance by its length, the weather and the kind of road: so there are more where and when there is more traffic. Drawn by driver and link, so that
 * in a twin whoever drives the same link has the same incident.
 */
export class Incidents {
  readonly #options: Required<IncidentOptions>
  readonly #perLink: Float64Array
  readonly #all: Incident[] = []

  constructor(options: IncidentOptions) {
    this.#options = { weather: () => FAIR, rate: 1, ...options }
    const { streets, rate } = this.#options
    this.#perLink = Float64Array.from(streets.network.links, ({ kind, lengthM }) => {
      return (rate * INCIDENTS_PER_KM[kind === 'freeway' ? 'freeway' : 'street'] * lengthM) / 1000
    })
  }

  /** The truth: all that began until now, in order. */
  get all(): readonly Incident[] {
    return this.#all
  }

  /** A vehicle has driven a link to its end. */
  onCrossing(lane: number, vehicle: Vehicle, atS: number): void {
    const { streets, seed, weather } = this.#options
    const link = streets.linkOfLane[lane] ?? -1
    const chance = this.#perLink[link] ?? 0
    const { origin, n } = vehicle
    const u = draw(saltedBy(seed, link), origin, PURPOSE.incident, n)
    // Nothing is worse than ice: most are done with without asking for the weather.
    if (u >= chance * MOST_FACTOR || u >= chance * incidentFactor(weather(atS))) return
    const incident = incidentOf(
      { streets, link, lane, atS, id: this.#all.length + 1 },
      weather(atS),
      purpose => draw(saltedBy(seed, link), origin, purpose, n),
    )
    this.#all.push(incident)
    this.#act(link, incident)
  }

  #act(link: number, { lanes, openLaneFactor, rubberneckers, fromS, toS }: Incident): void {
    const { streets, happenings } = this.#options
    const from = streets.lanesFrom[link] ?? 0
    const span = { kind: 'lanes', fromS, toS } as const
    const narrow = (factor: number): LaneLimit => ({ capacityFactor: factor, drop: 0 })
    if (lanes.length > 0) happenings.add({ ...span, lanes: lanes.map(lane => from + lane), limit: 'closed' })
    const open = lanesOf(streets, link).filter(lane => !lanes.includes(lane - from))
    if (openLaneFactor < 1) happenings.add({ ...span, lanes: open, limit: narrow(openLaneFactor) })
    const other = streets.network.links.findIndex(({ id }) => id === rubberneckers)
    if (other >= 0)
      happenings.add({ ...span, lanes: lanesOf(streets, other), limit: narrow(1 - RUBBERNECKING.loss) })
  }
}

/** The greatest of incidentFactor: wet roads. */
const MOST_FACTOR = 3

interface Onset {
  readonly streets: Streets
  readonly link: number
  /** The driver's. */
  readonly lane: number
  readonly atS: number
  readonly id: number
}

/** @param u uniform in [0, 1) by purpose */
function incidentOf(
  { streets, link, lane, atS, id }: Onset,
  weather: Conditions,
  u: (purpose: number) => number,
): Incident {
  const { network, lanesFrom } = streets
  const road = network.links[link]
  if (road === undefined) throw new RangeError(`the network has no link ${link}`)
  const isFreeway = road.kind === 'freeway' && road.lanes > 1
  const kind = pick(isFreeway ? FREEWAY_KINDS : STREET_KINDS, u(PURPOSE.incidentKind))
  const closed = blocked(lane - (lanesFrom[link] ?? 0), Math.min(kind.lanes, road.lanes - 1))
  const looks = kind.type === 'accident' && u(PURPOSE.rubbernecking) < RUBBERNECKING.share
  const helpMin = DETECTION_MIN + (isIcy(weather) ? RESPONSE_MIN.ice : RESPONSE_MIN.usual)
  const { meanMin, durationMin } = durationOf(kind, closed.length, isFreeway, helpMin, weather, u)
  const after = (minutes: number) => atS + (minutes / meanMin) * durationMin * MINUTE_S
  return {
    id: `INC-${String(id).padStart(6, '0')}`,
    type: kind.type,
    severity: kind.severity,
    link: road.id,
    atM: Math.round(u(PURPOSE.incidentPlace) * road.lengthM * 10) / 10,
    lanes: closed,
    openLaneFactor: isFreeway ? freewayOpenLane(road, closed.length) : streetOpenLane(road, kind),
    fromS: atS,
    detectedS: after(DETECTION_MIN),
    reachedS: after(helpMin),
    toS: atS + durationMin * MINUTE_S,
    rubberneckers: looks ? opposite(network, road) : null,
  }
}

/** Log-normal; the times until it is noticed and until help comes are the same shares of every duration. */
function durationOf(
  { type, severity }: Kind,
  closed: number,
  isFreeway: boolean,
  helpMin: number,
  weather: Conditions,
  u: (purpose: number) => number,
): { readonly meanMin: number; readonly durationMin: number } {
  const draws = Array.from({ length: 12 }, (_, i) => u(PURPOSE.incidentDuration + i))
  if (isFreeway) {
    const { mean, deviation, least, most } = FREEWAY_DURATION_MIN[closed] ?? FREEWAY_DURATION_MIN[3]
    return { meanMin: mean, durationMin: Math.min(most, Math.max(least, logNormal(mean, deviation, draws))) }
  }
  const clearance = CLEARANCE_MIN[type === 'accident' ? (severity === 'injury' ? 'injury' : 'damage') : type]
  const meanMin = helpMin + (clearance[columnOf(weather)] ?? 0)
  return { meanMin, durationMin: logNormal(meanMin, STREET_DURATION_CV * meanMin, draws) }
}

/** Dry, rain, wet, or snow and ice: as in CLEARANCE_MIN. */
function columnOf(weather: Conditions): number {
  if (isIcy(weather)) return 3
  return weather.precipitationMmH > 0 ? 1 : weather.roadState === 'wet' ? 2 : 0
}

function isIcy({ condition, precipitationMmH, roadState }: Conditions): boolean {
  return (
    (condition === 'snow' && precipitationMmH > 0) ||
    roadState === 'ice' ||
    roadState === 'snow' ||
    roadState === 'slush'
  )
}

function freewayOpenLane({ lanes }: Link, closed: number): number {
  const row = FREEWAY_OPEN_LANE[Math.min(8, lanes) - 2] ?? []
  return row[closed] ?? row.at(-1) ?? 1
}

function streetOpenLane({ lanes }: Link, { severity }: Kind): number {
  return lanes === 1 ? ALL_BLOCKED : 1 - STREET_LOSS[severity] / lanes
}

/** The lane where it happens and those to its left, else to its right. */
function blocked(lane: number, count: number): number[] {
  const first = Math.max(0, lane - count + 1)
  return Array.from({ length: count }, (_, i) => first + i)
}

function opposite({ links }: Network, { from, to }: Link): string | null {
  return links.find(link => link.from === to && link.to === from)?.id ?? null
}

function pick(kinds: readonly Kind[], u: number): Kind {
  let left = u * kinds.reduce((sum, { share }) => sum + share, 0)
  const found = kinds.find(({ share }) => (left -= share) < 0) ?? kinds.at(-1)
  if (found === undefined) throw new RangeError('no kind of incident is left to draw from')
  return found
}

function lanesOf({ lanesFrom }: Streets, link: number): number[] {
  const from = lanesFrom[link] ?? 0
  return Array.from({ length: (lanesFrom[link + 1] ?? 0) - from }, (_, i) => from + i)
}

function saltedBy(seed: number, link: number): number {
  return Math.imul(seed ^ Math.imul(link + 1, 0x9e3779b1), 0x85ebca6b)
}
