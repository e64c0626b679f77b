import { describe, expect, it } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../../src/core/time/spans.ts'
import { calendarOf, localWeekAt } from '../../../src/sources/simulator/calendar/index.ts'
import type { CityEvent } from '../../../src/sources/simulator/calendar/index.ts'
import { buildCity, profileTraffic } from '../../../src/sources/simulator/index.ts'
import { emptyState } from '../../../src/sources/simulator/model.ts'
import { config, offset } from './fixture.ts'

const city = buildCity(config)
const calendar = calendarOf(city, offset)
const WEEK = localWeekAt(Date.parse('2026-06-16T12:00:00Z'), offset)
const weeks = Array.from({ length: 60 }, (_, i) => calendar.week(WEEK + i))

describe('calendarOf', () => {
  it('fills each week: a match, a concert, a parade, roadworks and, but in summer, classes', () => {
    for (const { events, zones } of weeks) {
      const kinds = events.map(event => event.kind)
      for (const kind of ['match', 'concert', 'parade', 'roadwork', 'other']) expect(kinds).toContain(kind)
      expect(zones.map(zone => zone.eventType)).toContain('detour')
    }
    const classesIn = (date: string) =>
      calendar.week(localWeekAt(Date.parse(date), offset)).events.filter(event => event.kind === 'school')
        .length
    expect(classesIn('2026-10-14T12:00:00Z')).toBe(10)
    expect(classesIn('2026-07-15T12:00:00Z')).toBe(0)
  })

  it('moves one event and cancels one each week, before they begin', () => {
    for (const { events } of weeks) {
      const { moved, cancelled } = changes(events)
      expect(moved).toHaveLength(1)
      expect(cancelled).toHaveLength(1)
      for (const { versions } of events.filter(event => event.kind !== 'roadwork'))
        expect(versions.at(-1)?.atMs).toBeLessThan(versions[0]?.startsAtMs ?? 0)
    }
  })

  it('keeps versions in order, with ids of their own and an end after the beginning', () => {
    const things = weeks.flatMap(({ events, zones }) => [...events, ...zones])
    expect(new Set(things.map(thing => thing.id)).size).toBe(things.length)
    for (const { versions } of things) {
      const times = versions.map(version => version.atMs)
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
      for (const { startsAtMs, endsAtMs } of versions) expect(endsAtMs).toBeGreaterThan(startsAtMs)
    }
  })

  it('begins the match at three in the local afternoon, in summer as in winter', () => {
    for (const date of ['2026-06-16T12:00:00Z', '2026-12-15T12:00:00Z']) {
      const match = calendar
        .week(localWeekAt(Date.parse(date), offset))
        .events.find(event => event.kind === 'match')
      const first = match?.versions[0]?.startsAtMs ?? 0
      expect(new Date(first + offset(first)).toISOString()).toMatch(/T15:00:00/)
      expect(new Date(first + offset(first)).getUTCDay()).toBe(6)
    }
  })

  it('is the same for the same city, and has other ids in another', () => {
    expect(calendarOf(buildCity(config), offset).week(WEEK)).toEqual(calendar.week(WEEK))
    for (const changed of [{ seed: 43 }, { latitude: 51 }, { gridSize: 12 }]) {
      const other = calendarOf(buildCity({ ...config, ...changed }), offset).week(WEEK)
      const ids = new Set(calendar.week(WEEK).events.map(event => event.id))
      expect(other.events.filter(event => ids.has(event.id))).toEqual([])
    }
  })

  it('also fits a city of one intersection, and one at the globe’s edge', () => {
    for (const changed of [{ gridSize: 1 }, { gridSize: 2, latitude: 90, longitude: 180 }]) {
      const { events, zones } = calendarOf(buildCity({ ...config, ...changed }), offset).week(WEEK)
      for (const { road } of [...events, ...zones]) {
        if (road === null) continue
        expect(road.coordinates.length).toBeGreaterThanOrEqual(2)
        for (const [longitude, latitude] of road.coordinates) {
          expect(Math.abs(longitude)).toBeLessThanOrEqual(180)
          expect(Math.abs(latitude)).toBeLessThanOrEqual(90)
        }
      }
    }
  })

  it('answers the same whatever was asked before', () => {
    const atMs = Date.parse('2026-06-20T18:00:00Z')
    const fresh = calendarOf(city, offset).effectsAt(atMs)
    const used = calendarOf(city, offset)
    for (let i = -400; i < 400; i++) used.effectsAt(atMs + i * 7 * HOUR_MS)
    expect(used.effectsAt(atMs)).toEqual(fresh)
  })
})

describe('what the calendar does to traffic', () => {
  const quiet = { effectsAt: () => ({ surge: new Map<number, number>(), loss: new Map<number, number>() }) }
  const busy = profileTraffic(city, offset, calendar)
  const without = profileTraffic(city, offset, quiet)
  const state = emptyState()

  const vehicles = (model: typeof busy, sites: readonly number[], fromMs: number, minutes: number) => {
    let sum = 0
    for (const site of sites)
      for (let i = 0; i < 2 * minutes; i++) {
        model.stateAt(site, fromMs + i * 30_000, state)
        sum += state.vehicles
      }
    return sum
  }
  const waitS = (model: typeof busy, sites: readonly number[], fromMs: number, minutes: number) => {
    let sum = 0
    for (const site of sites)
      for (let i = 0; i < 2 * minutes; i++) {
        model.stateAt(site, fromMs + i * 30_000, state)
        sum += state.waitS ?? 0
      }
    return sum / (sites.length * 2 * minutes)
  }

  it('brings more vehicles to the stadium before and after the match, and no others far away', () => {
    const match = calendar.week(WEEK).events.find(event => event.kind === 'match')
    const { startsAtMs = 0, endsAtMs = 0 } = match?.versions.at(-1) ?? {}
    const near = match?.venue?.site ?? 0
    const beforeMs = startsAtMs - 60 * MINUTE_MS
    expect(vehicles(busy, [near], beforeMs, 40)).toBeGreaterThan(
      1.2 * vehicles(without, [near], beforeMs, 40),
    )
    expect(vehicles(busy, [near], endsAtMs, 30)).toBeGreaterThan(
      1.2 * vehicles(without, [near], endsAtMs, 30),
    )
    const far = city.sites.findIndex(
      site =>
        Math.hypot(site.row - (city.sites[near]?.row ?? 0), site.column - (city.sites[near]?.column ?? 0)) >
        5,
    )
    expect(vehicles(busy, [far], beforeMs, 40)).toBe(vehicles(without, [far], beforeMs, 40))
  })

  it('does nothing for what is cancelled', () => {
    const cancelled = weeks
      .slice(0, 20)
      .flatMap(({ events }) => events.filter(event => event.versions.at(-1)?.status === 'cancelled'))
    for (const { venue, versions } of cancelled) {
      const effects = calendar.effectsAt((versions[0]?.startsAtMs ?? 0) - 40 * MINUTE_MS)
      expect(effects.surge.get(venue?.site ?? -1) ?? 0).toBeLessThan(0.001)
    }
  })

  it('makes people wait where lanes are closed, and lets them go when the works are over', () => {
    const zone = calendar.week(WEEK).zones.find(one => one.typeOfWork === 'surface-work')
    const sites = (zone?.road.sites ?? []).map(({ row, column }) => row * city.gridSize + column)
    const { startsAtMs = 0, endsAtMs = 0 } = zone?.versions.at(-1) ?? {}
    const noon = startsAtMs + 5 * HOUR_MS
    expect(waitS(busy, sites, noon, 60)).toBeGreaterThan(1.3 * waitS(without, sites, noon, 60))
    const after = endsAtMs + HOUR_MS
    for (const site of sites) expect(calendar.effectsAt(after).loss.get(site) ?? 0).toBe(0)
  })
})

function changes(events: readonly CityEvent[]) {
  const moved = events.filter(
    ({ kind, versions }) =>
      kind !== 'roadwork' && new Set(versions.map(version => version.startsAtMs)).size > 1,
  )
  const cancelled = events.filter(({ versions }) => versions.at(-1)?.status === 'cancelled')
  return { moved, cancelled }
}
