import { uniform } from '../random.ts'
import type { UtcOffset } from './local-time.ts'
import { DAY_MS } from '../../../core/time/spans.ts'
import { atLocal, dateOf } from './local-time.ts'
import type { Places } from './places.ts'
import { roadThrough, siteIn } from './places.ts'
import type { WorkZone, ZoneVersion } from './plan.ts'

const STREAM = 0x20e5

interface Week {
  readonly places: Places
  readonly at: (day: number, hour: number) => number
  readonly draw: (what: number) => number
  readonly id: (key: string) => string
}

/**
 * Roadworks that begin in one week: new asphalt by day, a main repaired by night, a bridge that goes on into the next week (and
 * takes a day longer than announced in every other week), and the way around the asphalt.
 */
export function workZonesOfWeek(places: Places, week: number, offset: UtcOffset): WorkZone[] {
  const own: Week = {
    places,
    at: (day, hour) => atLocal(week, day, hour, offset),
    draw: what => uniform(places.city.config.seed + STREAM, week, what),
    id: key => `WZ-${dateOf(week, 0)}-${key}-${places.tag}`,
  }
  return [...asphalt(own), waterMain(own), bridge(own, week % 2 === 0)]
}

/** The works by day and the way around them. */
function asphalt({ places: { city }, at, draw, id }: Week): WorkZone[] {
  const site = siteIn(city, 1, draw(0))
  const works: WorkZone = {
    id: id('SURFACE'),
    eventType: 'work-zone',
    ...named('New asphalt', roadThrough(city, site, 'street', 3)),
    description: 'The right lane is closed between the crossings; lorries come and go.',
    direction: 'eastbound',
    vehicleImpact: 'some-lanes-closed',
    typeOfWork: 'surface-work',
    speedLimitKmh: 30,
    lanesClosed: 1,
    related: [{ type: 'related-detour', id: id('DETOUR') }],
    loss: 0.38,
    versions: versions(at(-7, 8), at(0, 7), at(3, 17)),
  }
  const detour: WorkZone = {
    ...works,
    id: id('DETOUR'),
    eventType: 'detour',
    ...named('Way around', roadThrough(city, besides(city.gridSize, site), 'street', 3)),
    description: `Signed way around the works on ${works.road.name}.`,
    vehicleImpact: 'all-lanes-open',
    typeOfWork: null,
    speedLimitKmh: null,
    lanesClosed: 0,
    related: [{ type: 'related-work-zone', id: works.id }],
    loss: 0,
  }
  return [works, detour]
}

function waterMain({ places: { city }, at, draw, id }: Week): WorkZone {
  return {
    id: id('MAIN'),
    eventType: 'work-zone',
    ...named('Water main', roadThrough(city, siteIn(city, 0, draw(1)), 'avenue', 2)),
    description: 'A leaking main is repaired by night; one lane stays open.',
    direction: 'northbound',
    vehicleImpact: 'some-lanes-closed',
    typeOfWork: 'below-road-work',
    speedLimitKmh: 30,
    lanesClosed: 1,
    related: [],
    loss: 0.45,
    versions: versions(at(-7, 8), at(1, 21), at(2, 5)),
  }
}

function bridge({ places: { city }, at, draw, id }: Week, prolonged: boolean): WorkZone {
  return {
    id: id('BRIDGE'),
    eventType: 'work-zone',
    ...named('Bridge joints', roadThrough(city, siteIn(city, 3, draw(2)), 'avenue', 1)),
    description: 'One direction at a time over the bridge.',
    direction: 'northbound',
    vehicleImpact: 'alternating-one-way',
    typeOfWork: 'maintenance',
    speedLimitKmh: 40,
    lanesClosed: 1,
    related: [],
    loss: 0.5,
    versions: versions(at(-7, 8), at(2, 6), at(9, 18), prolonged ? at(7, 14) : null),
  }
}

/** Announced, begun, perhaps prolonged by a day, finished. */
function versions(
  announcedAtMs: number,
  startsAtMs: number,
  endsAtMs: number,
  prolongedAtMs: number | null = null,
): ZoneVersion[] {
  const last = prolongedAtMs === null ? endsAtMs : endsAtMs + DAY_MS
  return [
    { atMs: announcedAtMs, status: 'planned', startsAtMs, endsAtMs },
    { atMs: startsAtMs, status: 'active', startsAtMs, endsAtMs },
    ...(prolongedAtMs === null
      ? []
      : [{ atMs: prolongedAtMs, status: 'active', startsAtMs, endsAtMs: last } as const]),
    { atMs: last, status: 'completed', startsAtMs, endsAtMs: last },
  ]
}

function named(what: string, road: WorkZone['road']) {
  return { name: `${what}, ${road.name}`, road }
}

/** The intersection a street further south, or north at the city's edge. */
function besides(gridSize: number, site: number): number {
  if (site + gridSize < gridSize * gridSize) return site + gridSize
  return site >= gridSize ? site - gridSize : site
}
