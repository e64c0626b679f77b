import type { City, Site } from '../city.ts'
import { MINUTE_MS } from '../../../core/time/spans.ts'
import type { CityEvent, WorkZone } from './plan.ts'

/** What the calendar does to intersections (indices into the city's sites) at an instant. */
export interface Effects {
  /** Demand on top, as a share of an average approach's capacity. */
  readonly surge: ReadonlyMap<number, number>
  /** Share of the capacity that is lost, 0–1. */
  readonly loss: ReadonlyMap<number, number>
}

/** One thing that rises and falls. */
export interface Pulse {
  readonly what: 'surge' | 'loss'
  readonly fromMs: number
  readonly toMs: number
  /** 0–1 over its time. */
  readonly shape: (atMs: number) => number
  readonly sites: readonly { readonly site: number; readonly size: number }[]
}

/** So many visitors fill the roads around a venue as all of an average approach's traffic does. */
const VISITORS_PER_SURGE = 18_000
const MOST_SURGE = 0.95
/** A class is brought by fewer cars than its number, all at once. */
const SCHOOL_SURGE = 0.28
const PARADE_LOSS = 0.75
const PARADE_DETOUR_SURGE = 0.14
/** Blocks: how far from a venue one feels it, and how fast it fades. */
const REACH = 3
const FADES = 1.4
const RAMP_MS = 10 * MINUTE_MS

/** What an event, as it really happens, does to traffic. A cancelled one does nothing. */
export function pulsesOfEvent(city: City, event: CityEvent): Pulse[] {
  const last = event.versions.at(-1)
  if (last === undefined || last.status === 'cancelled') return []
  const { startsAtMs, endsAtMs } = last
  if (event.road !== null)
    return event.kind === 'parade' ? paradePulses(city, event, startsAtMs, endsAtMs) : []
  if (event.venue === null) return []
  const around = (size: number) => sitesAround(city, event.venue?.site ?? 0, size)
  if (event.kind === 'school') {
    const sites = around(SCHOOL_SURGE)
    return [
      bell(startsAtMs - 10 * MINUTE_MS, 9 * MINUTE_MS, sites),
      bell(endsAtMs + 8 * MINUTE_MS, 11 * MINUTE_MS, sites),
    ]
  }
  const size = Math.min(MOST_SURGE, (event.attendance ?? 0) / VISITORS_PER_SURGE)
  return [
    bell(startsAtMs - 40 * MINUTE_MS, 24 * MINUTE_MS, around(size)),
    // They come over an hour and leave within half of it.
    bell(endsAtMs + 16 * MINUTE_MS, 16 * MINUTE_MS, around(size * 1.1)),
  ]
}

export function pulsesOfZone(city: City, zone: WorkZone): Pulse[] {
  const last = zone.versions.at(-1)
  if (last === undefined || zone.loss === 0) return []
  return [
    box(
      'loss',
      last.startsAtMs,
      last.endsAtMs,
      zone.road.sites.map(site => ({ site: indexOf(city, site), size: zone.loss })),
    ),
  ]
}

/** @param pulses those that may be on at that time */
export function effectsAt(pulses: readonly Pulse[], atMs: number): Effects {
  const surge = new Map<number, number>()
  const loss = new Map<number, number>()
  for (const pulse of pulses) {
    if (atMs < pulse.fromMs || atMs >= pulse.toMs) continue
    const share = pulse.shape(atMs)
    for (const { site, size } of pulse.sites) {
      if (pulse.what === 'surge') surge.set(site, (surge.get(site) ?? 0) + size * share)
      else loss.set(site, 1 - (1 - (loss.get(site) ?? 0)) * (1 - size * share))
    }
  }
  return { surge, loss }
}

function paradePulses(city: City, { road }: CityEvent, startsAtMs: number, endsAtMs: number): Pulse[] {
  const { gridSize } = city
  const on = (road?.sites ?? []).map(site => indexOf(city, site))
  const besides = on
    .flatMap(site => [site - gridSize, site + gridSize])
    .filter(site => site >= 0 && site < gridSize * gridSize)
  const sized = (sites: readonly number[], size: number) => sites.map(site => ({ site, size }))
  const fromMs = startsAtMs - 15 * MINUTE_MS
  const toMs = endsAtMs + 20 * MINUTE_MS
  return [
    box('loss', fromMs, toMs, sized(on, PARADE_LOSS)),
    box('surge', fromMs, toMs, sized(besides, PARADE_DETOUR_SURGE)),
  ]
}

function bell(middleMs: number, widthMs: number, sites: Pulse['sites']): Pulse {
  return {
    what: 'surge',
    fromMs: middleMs - 3 * widthMs,
    toMs: middleMs + 3 * widthMs,
    shape: atMs => Math.exp(-0.5 * ((atMs - middleMs) / widthMs) ** 2),
    sites,
  }
}

function box(what: Pulse['what'], fromMs: number, toMs: number, sites: Pulse['sites']): Pulse {
  const shape = (atMs: number) =>
    Math.min(1, Math.max(0, Math.min((atMs - fromMs) / RAMP_MS, (toMs - atMs) / RAMP_MS)))
  return { what, fromMs, toMs, shape, sites }
}

function sitesAround(city: City, site: number, size: number): Pulse['sites'] {
  const middle = city.sites[site]
  if (middle === undefined) return []
  const sites: { site: number; size: number }[] = []
  for (let row = middle.row - REACH; row <= middle.row + REACH; row++) {
    for (let column = middle.column - REACH; column <= middle.column + REACH; column++) {
      if (row < 0 || column < 0 || row >= city.gridSize || column >= city.gridSize) continue
      const blocks = Math.hypot(row - middle.row, column - middle.column)
      if (blocks <= REACH)
        sites.push({ site: row * city.gridSize + column, size: size * Math.exp(-blocks / FADES) })
    }
  }
  return sites
}

function indexOf({ gridSize }: City, { row, column }: Site): number {
  return row * gridSize + column
}
