import { describe, expect, it } from 'vitest'
import { stepsFor, tally, tipOf } from '../../../web/src/features/city-map/view-model.ts'
import { worstSites } from '../../../web/src/features/city-panel/view-model.ts'
import { searchHits } from '../../../web/src/features/search/view-model.ts'
import { sensorsOf, siteFigures, siteTrends } from '../../../web/src/features/site-panel/view-model.ts'
import { measuresOf } from '../../../web/src/state/measures.ts'
import { arrange, columnsOf, siteRows } from '../../../web/src/features/site-table/view-model.ts'
import { place, site, T0 } from '../fixtures.ts'

const places = new Map(
  [
    place('INT-0000', { name: 'A St & 1 Ave' }),
    place('INT-0001', { name: 'A St & 2 Ave', district: 'outer' }),
    place('INT-0002', { name: 'Rue Montréal' }),
  ].map(one => [one.intersection_id, one]),
)
const sites = new Map(
  [
    site('INT-0000', { waitS: 90, grade: 'F' }),
    site('INT-0001', { waitS: 5, grade: 'A' }),
    site('INT-0002', { at: T0 - 3_600_000, waitS: 300, grade: 'F' }),
  ].map(one => [one.id, one]),
)

describe('the map', () => {
  it('greys a site that fell silent', () => {
    expect(new Map(stepsFor(sites.values(), 'delay', 'metric', T0))).toEqual(
      new Map([
        ['INT-0000', 5],
        ['INT-0001', 0],
        ['INT-0002', null],
      ]),
    )
  })

  it('counts known sites that were never heard of as unknown', () => {
    expect(tally([...places.keys(), 'INT-0009'], sites, 'delay', 'metric', T0)).toEqual({
      steps: [1, 0, 0, 0, 0, 1],
      unknown: 2,
    })
  })

  it('tells in words what a mark is', () => {
    const tip = (id: string) =>
      tipOf({
        ...{ id, place: places.get(id), site: sites.get(id) },
        ...({ measure: 'delay', units: 'metric', cityAtMs: T0, agoBase: T0 } as const),
      })
    expect(tip('INT-0000')).toMatchObject({
      title: 'A St & 1 Ave',
      lines: ['INT-0000 · Downtown', '90 s wait · 32 km/h'],
    })
    expect(tip('INT-0002').lines[1]).toBe('Silent, last reading 60 min ago')
    expect(tip('X').lines).toEqual(['No recent reading'])
  })

  it('says nothing beside the pointer of what the site does not measure', () => {
    const bare = site('L', { waitS: null, grade: null })
    const source = {
      id: 'L',
      place: undefined,
      site: bare,
      units: 'metric',
      cityAtMs: T0,
      agoBase: T0,
    } as const
    expect(tipOf({ ...source, measure: 'speed' }).lines).toEqual(['32 km/h'])
    expect(tipOf({ ...source, measure: 'delay' }).lines).toEqual(['No wait measured', '32 km/h'])
  })
})

describe('worstSites', () => {
  const source = {
    sites: sites.values(),
    places,
    district: null,
    measure: 'delay',
    units: 'metric',
    cityAtMs: T0,
  } as const

  it('leaves silent sites out, however bad they were', () => {
    expect(worstSites({ ...source, sites: sites.values() }, 5).map(row => row.id)).toEqual([
      'INT-0000',
      'INT-0001',
    ])
  })

  it('keeps to the chosen district', () => {
    expect(worstSites({ ...source, sites: sites.values(), district: 'outer' }, 5).map(row => row.id)).toEqual(
      ['INT-0001'],
    )
  })

  it('puts the slowest first where only speed is known', () => {
    const loops = [site('a', { speedKmh: 60, grade: null }), site('b', { speedKmh: 20, grade: null })]
    expect(worstSites({ ...source, sites: loops, measure: 'speed' }, 5).map(row => row.id)).toEqual([
      'b',
      'a',
    ])
  })
})

describe('the table', () => {
  const rows = siteRows(
    new Map([...places, ['INT-0007', place('INT-0007', { latitude: null })]]),
    sites,
    'delay',
    'us',
    T0,
  )

  it('has every site, placed or not, heard of or not', () => {
    expect(rows).toHaveLength(4)
    expect(rows[0]?.speed).toBeCloseTo(19.9, 1)
  })

  it('sorts unknown last in either direction', () => {
    const ids = (descending: boolean) => arrange(rows, '', { key: 'grade', descending }).map(row => row.id)
    expect(ids(true).slice(0, 2)).toEqual(['INT-0000', 'INT-0001'])
    expect(ids(false).slice(0, 2)).toEqual(['INT-0001', 'INT-0000'])
  })

  it('sorts by the value, not by its class, and a silent site last', () => {
    const loops = new Map(
      [
        site('a', { speedKmh: 61, grade: null, waitS: null }),
        site('b', { speedKmh: 52, grade: null, waitS: null }),
        site('c', { speedKmh: 69, grade: null, waitS: null }),
        site('d', { speedKmh: 5, grade: null, waitS: null, at: T0 - 3_600_000 }),
      ].map(one => [one.id, one]),
    )
    // All three that report are of one class.
    const speeds = siteRows(new Map(), loops, 'speed', 'metric', T0)
    const ids = (key: 'grade' | 'speed', descending: boolean) =>
      arrange(speeds, '', { key, descending }).map(row => row.id)
    expect(ids('grade', true)).toEqual(['b', 'a', 'c', 'd'])
    expect(ids('speed', true)).toEqual(['c', 'a', 'b', 'd'])
    expect(ids('speed', false)).toEqual(['b', 'a', 'c', 'd'])
  })

  it('has no column for what nobody measures', () => {
    const loop = site('a', { waitS: null, vehicles: null, queueVeh: null, grade: null })
    const bare = siteRows(
      new Map([['a', place('a', { district: 'unassigned' })]]),
      new Map([['a', loop]]),
      'speed',
      'us',
      T0,
    )
    expect(columnsOf(measuresOf([loop]), 'speed', bare, 'mph').map(column => column.label)).toEqual([
      'Class',
      'Site',
      'Speed, mph',
      'Last',
    ])
    expect(columnsOf(measuresOf(sites.values()), 'delay', rows, 'mph')).toHaveLength(8)
  })

  it('filters by every word', () => {
    expect(arrange(rows, 'a st outer', { key: 'name', descending: false }).map(row => row.id)).toEqual([
      'INT-0001',
    ])
    expect(arrange(rows, 'nowhere', { key: 'name', descending: false })).toEqual([])
  })
})

describe('searchHits', () => {
  it('finds by id, by name and without accents', () => {
    expect(searchHits('0001', places.values(), []).map(hit => hit.id)).toEqual(['INT-0001'])
    expect(searchHits('montreal', places.values(), []).map(hit => hit.id)).toEqual(['INT-0002'])
  })

  it('puts what begins with the query first', () => {
    expect(searchHits('down', places.values(), ['downtown', 'outer'])[0]).toMatchObject({
      kind: 'district',
      id: 'downtown',
    })
  })

  it('offers districts when nothing is typed', () => {
    expect(searchHits(' ', places.values(), ['downtown', 'outer']).map(hit => hit.title)).toEqual([
      'Downtown',
      'Outer',
    ])
  })
})

describe('the site panel', () => {
  it('leaves out what the site never measures', () => {
    const figures = siteFigures(
      site('S', { waitS: null, queueVeh: null, occupancy: null }),
      null,
      false,
      'metric',
    )
    expect(figures.map(figure => figure.key)).toEqual(['speed', 'vehicles'])
  })

  it('claims no change without history', () => {
    expect(
      siteFigures(site('S'), siteTrends([], [], T0, 'UTC'), false, 'metric').every(f => f.change === null),
    ).toBe(true)
  })

  it('takes the newest reading of each sensor', () => {
    const reading = (sensor: string, agoS: number) => ({
      position: 1,
      sensor_id: sensor,
      intersection_id: 'S',
      district: 'd',
      measured_at: new Date(T0 - agoS * 1_000).toISOString(),
      arrived_at: new Date(T0).toISOString(),
      source: 'http',
      vehicles: null,
      speed_kmh: 1,
      occupancy: null,
      vehicles_car: null,
      vehicles_truck: null,
      vehicles_motorcycle: null,
      vehicles_bus: null,
      wait_s: null,
      queue_veh: null,
      signal_state: null,
      latitude: null,
      longitude: null,
      interval_s: 30,
    })
    const sensors = sensorsOf([reading('b', 200), reading('a', 400), reading('a', 20)])
    expect(sensors).toEqual([
      { id: 'a', lastMs: T0 - 20_000, intervalS: 30 },
      { id: 'b', lastMs: T0 - 200_000, intervalS: 30 },
    ])
  })
})
