import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  askOf,
  incidentReader,
  RecordColumns,
  WeatherMemory,
} from '../../src/lake/read/incident-record/index.ts'
import type { IncidentReader, MomentReader } from '../../src/lake/read/incident-record/index.ts'
import { IncidentDetail, IncidentOverview, IncidentPoints } from '../../src/serve/contract/index.ts'
import { streams } from '../../src/streams/index.ts'
import { Lake, remove } from './lake.ts'

/** One incident: id, local time at −07:00, type, quadrant, community, is a re-post, withdrawn. */
const INCIDENTS = [
  ['a', '2017-11-01T08:10', 'two-vehicle', 'NE', 'BELTLINE', false, false],
  ['b', '2017-11-01T23:30', 'stalled', 'NE', null, false, false],
  ['c', '2017-11-02T08:59', 'two-vehicle', 'SW', 'BELTLINE', false, false],
  ['d', '2017-11-05T03:00', 'pedestrian', null, 'ACADIA', false, false],
  ['e', '2017-11-05T03:00', 'pedestrian', null, 'ACADIA', true, false],
  ['f', '2017-11-05T04:00', 'other', 'SE', 'ACADIA', false, true],
] as const

let lake: Lake
let reader: IncidentReader & MomentReader
/** The same, counted in memory. */
let counting: IncidentReader

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'incident-reading-'))
  lake = new Lake(folder)
  lake.streams = { list: streams, url: new URL('../../src/streams/index.ts', import.meta.url).href }
  await lake.start()
  const values = INCIDENTS.map(([id, local, type, quadrant, community, isRepost, withdrawn]) => {
    const at = new Date(`${local}:00-07:00`).toISOString().slice(0, 19).replace('T', ' ')
    const text = (value: string | null) => (value === null ? 'NULL' : `'${value}'`)
    const words = `'Deerfoot Trail ${id}', 'Words of ${id}'`
    return `('${id}', '${at}', '${at}', -420, '${type}', ${text(quadrant)}, ${text(community)}, 51.05, -114.07, ${words}, ${isRepost}, ${withdrawn})`
  })
  await lake.engine.exec(`INSERT INTO silver.incidents
    (incident_id, started_at, updated_at, utc_offset_min, type, quadrant, community, latitude, longitude, title, description, is_repost, withdrawn)
    VALUES ${values.join(', ')}`)
  await lake.engine.exec(`INSERT INTO gold.incident_daily_state (started_month, local_date, type, incidents)
    SELECT toYYYYMM(i.started_at) AS m, i.local_date AS d, i.type AS t, count() FROM silver.incidents AS i
    WHERE NOT i.is_repost AND NOT i.withdrawn GROUP BY m, d, t`)
  await lake.engine.exec(`INSERT INTO lake.incident_months (started_month, upto, incidents)
    SELECT toYYYYMM(i.started_at) AS m, 1, count() FROM silver.incidents AS i GROUP BY m`)
  // Rain in the hour of a, a day of snow around c (one record at noon of −07:00), and nothing else.
  await lake.engine.exec(`INSERT INTO gold.weather_hourly_state
    (window_start, station_id, readings, precipitation_sum, precipitation_n, temperature_sum, temperature_n, rain_n) VALUES
    ('2017-11-01 15:00:00', 'H', 1, 0, 0, 0, 0, 1), ('2017-11-02 19:00:00', 'D', 1, 100, 1, -500, 1, 0)`)
  const ask = askOf(lake.engine)
  const memory = new WeatherMemory({ ask, now: () => 0 })
  const weather = () => memory.now()
  reader = incidentReader(lake.engine, weather)
  const columns = new RecordColumns({ ask, weather, version: () => 1 })
  // What the engine would have to answer alone here fails.
  counting = incidentReader(
    {
      ...lake.engine,
      query: async (sql, options) => {
        if (sql.includes('count()') || sql.includes('city_weather')) throw new Error(`asked: ${sql}`)
        return lake.engine.query(sql, options)
      },
    },
    weather,
    columns,
  )
}, 240_000)
afterAll(async () => {
  await lake.stop()
  await remove(lake.folder)
})

const readers = [
  ['asked of the engine', () => reader],
  ['counted in memory', () => counting],
] as const

describe.each(readers)('the incident record, %s', (_, given) => {
  it('counts each incident once, and tells a gap from a day without incidents', async () => {
    const all = IncidentOverview.parse(await given().overview({}))
    expect(all).toMatchObject({ total: 4, first_day: '2017-11-01', last_day: '2017-11-05' })
    expect(all).toMatchObject({ days_with_data: 3, days_without_data: 2 })
    expect(all.days.map(({ incidents }) => incidents)).toEqual([2, 1, null, null, 1])
    const stalled = await given().overview({ types: ['stalled'] })
    expect(stalled.days.map(({ incidents }) => incidents)).toEqual([1, 0, null, null, 0])
  })

  it('counts by the city’s weekday and hour, by type, quadrant and community', async () => {
    const { hours, types, quadrants, communities } = await given().overview({})
    expect(hours).toEqual([
      { weekday: 3, hour: 8, incidents: 1 },
      { weekday: 3, hour: 23, incidents: 1 },
      { weekday: 4, hour: 8, incidents: 1 },
      { weekday: 7, hour: 3, incidents: 1 },
    ])
    expect(types[0]).toEqual({ type: 'two-vehicle', incidents: 2 })
    expect(quadrants).toContainEqual({ quadrant: null, incidents: 1 })
    expect(communities).toContainEqual({ community: 'BELTLINE', incidents: 2 })
  })

  it('counts by the weather of the hour, and says of how many nothing is known', async () => {
    const { weather } = await given().overview({})
    expect(Object.fromEntries(weather.map(each => [each.weather, each.incidents]))).toEqual({
      ...{ rain: 1, snow: 1, null: 2 },
    })
  })

  it.each([
    [{ weather: ['rain'] }, ['a']],
    [{ weather: ['snow', 'unknown'] }, ['d', 'c', 'b']],
    [{ weather: ['fog'] }, []],
    [{ from: '2017-11-01', to: '2017-11-02' }, ['b', 'a']],
    [{ from: '2017-11-02', to: '9999-12-31' }, ['d', 'c']],
    [{ from: '0001-01-01', to: '2017-11-02' }, ['b', 'a']],
    [{ from: '9999-12-31' }, []],
    [{ to: '0001-01-01' }, []],
    [{ hourFrom: 22, hourTo: 4 }, ['d', 'b']],
    [{ weekdays: [4] }, ['c']],
    [{ quadrants: ['NE'], types: ['two-vehicle'] }, ['a']],
    [{ communities: ['ACADIA'] }, ['d']],
    [{ words: 'WORDS OF C' }, ['c']],
    [{ box: [-114, 50, -113, 52] as const }, []],
    [{}, ['d', 'c', 'b', 'a']],
  ])('of %j are %j, newest first', async (choice, ids) => {
    const points = IncidentPoints.parse(await given().points(choice, 100))
    expect(points.ids).toEqual(ids)
    expect(points.total).toBe(ids.length)
    for (const column of [
      points.longitudes,
      points.titles,
      points.communities,
      points.quadrants,
      points.weather,
    ])
      expect(column).toHaveLength(ids.length)
  })

  it.each([
    [{ from: '2017-11-02', to: '9999-12-31' }, ['2017-11-02', '2017-11-05', 2]],
    [{ from: '0001-01-01', to: '2017-11-02' }, ['2017-11-01', '2017-11-01', 2]],
    [{ from: '9999-12-31' }, [null, null, 0]],
    [{ to: '0001-01-01' }, [null, null, 0]],
  ])('has the days of %j, also where a calendar ends', async (choice, [first, last, total]) => {
    const overview = IncidentOverview.parse(await given().overview(choice))
    expect([overview.first_day, overview.last_day, overview.total]).toEqual([first, last, total])
  })

  it('says how many are left out', async () => {
    const { ids, total } = await given().points({}, 2)
    expect([ids, total]).toEqual([['d', 'c'], 4])
  })
})

describe('the incident record, read for the page', () => {
  it('knows one incident with its versions and links, a re-post too', async () => {
    const found = IncidentDetail.parse(await reader.incident('e'))
    expect(found).toMatchObject({ incident_id: 'e', is_repost: true, versions: [], links: [] })
    expect(found).toMatchObject({ weather: null, weather_known_by: null })
    expect(await reader.incident('c')).toMatchObject({ weather: 'snow', weather_known_by: 'day' })
    expect(await reader.incident('nobody')).toBeNull()
  })

  it('exports all that is chosen as Parquet, newest first', async () => {
    const chunks: Buffer[] = []
    for await (const chunk of await reader.export({ types: ['two-vehicle'] })) chunks.push(chunk as Buffer)
    const file = new Uint8Array(Buffer.concat(chunks)).buffer
    const rows: Record<string, unknown>[] = await parquetReadObjects({ file, compressors })
    expect(
      rows.map(row => [row['incident_id'], row['community'], row['local_hour'], row['weather']]),
    ).toEqual([
      ['c', 'BELTLINE', 8, 'snow'],
      ['a', 'BELTLINE', 8, 'rain'],
    ])
  })

  it('gives analyses what they are made of, oldest first, in columns of equal length', async () => {
    const moments = await reader.moments({ to: '2017-11-03' })
    expect(moments.titles).toEqual(['Deerfoot Trail a', 'Deerfoot Trail b', 'Deerfoot Trail c'])
    expect(moments.communities).toEqual(['BELTLINE', null, 'BELTLINE'])
    expect(moments.startedAtMs[0]).toBe(Date.parse('2017-11-01T08:10:00-07:00'))
    for (const column of Object.values(moments)) expect(column).toHaveLength(3)
    expect((await reader.moments({ words: 'nowhere' })).types).toEqual([])
  })

  it('knows the works and events that had begun, where they lie, and no others', async () => {
    const column = (values: Readonly<Record<string, string>>) =>
      `(position, arrived_at, source, once_hash, content_hash, updated_at, ${Object.keys(values).join(', ')})
        VALUES (1, '2018-01-01 00:00:00', 't', '', '', '2018-01-01 00:00:00', ${Object.values(values).join(', ')})`
    const line = '{"type":"LineString","coordinates":[[-114.2,51],[-114,51.2]]}'
    const at = (from: string) => ({ starts_at: `'${from} 06:00:00'`, ends_at: "'2018-03-01 18:00:00'" })
    const works = (id: string, from: string, status: string) =>
      lake.engine.exec(
        `INSERT INTO silver.work_zones_versions ${column({
          ...{ work_zone_id: `'${id}'`, event_type: "'work-zone'", direction: "'northbound'" },
          ...{ road_names: "['A Street']", geometry: `'${line}'`, status, ...at(from) },
        })}`,
      )
    await works('w1', '2018-02-01', "'active'")
    await works('w2', '2018-02-02', "'cancelled'")
    await works('w3', '2018-02-20', 'NULL')
    const event = (id: string, place: Readonly<Record<string, string>>) =>
      lake.engine.exec(
        `INSERT INTO silver.events_versions ${column({
          ...{ event_id: `'${id}'`, kind: "'concert'", title: `'${id}'`, status: "'scheduled'" },
          ...{ ...at('2018-02-03'), ...place },
        })}`,
      )
    await event('e1', { latitude: '51.5', longitude: '-113' })
    await event('e2', {})
    const found = await reader.activePlaces(Date.parse('2018-02-10'))
    expect(found).toEqual([
      {
        ...{ kind: 'event', id: 'e1', name: 'e1', latitude: 51.5, longitude: -113 },
        ...{ startMs: Date.parse('2018-02-03T06:00:00Z'), endMs: Date.parse('2018-03-01T18:00:00Z') },
      },
      {
        ...{ kind: 'work_zone', id: 'w1', name: 'A Street', latitude: 51.1, longitude: -114.1 },
        ...{ startMs: Date.parse('2018-02-01T06:00:00Z'), endMs: Date.parse('2018-03-01T18:00:00Z') },
      },
    ])
  })

  it('knows the vehicles of each site and day, of days of which enough was measured', async () => {
    await lake.engine
      .exec(`INSERT INTO lake.sensor_versions (position, sensor_id, removed, intersection_id, name, latitude, longitude, interval_s)
      VALUES (1, 'a-1', false, 'A', 'A St', 51.05, -114.07, 300), (2, 'a-2', false, 'A', 'A St', 51.05, -114.07, 300),
        (3, 'b-1', false, 'B', NULL, 51.06, -114.07, 300), (4, 'c-1', false, 'C', NULL, NULL, NULL, 300)`)
    // Windows of 5 minutes, two sensors at A. The whole 2nd at −07:00, the 3rd until 18:00, of B without counts.
    const windows = (site: string, from: string, hours: number, sensors: number, vehicles: number) =>
      lake.engine.exec(`INSERT INTO gold.intersection_metrics_state
        (window_start, intersection_id, district, readings, sensors, vehicles, vehicles_n)
        SELECT toDateTime('${from}', 'UTC') + INTERVAL number * 5 MINUTE AS at, '${site}', 'd', ${sensors},
          uniqExactState(toLowCardinality('x')), ${vehicles}, ${vehicles === 0 ? 0 : sensors}
        FROM numbers(${hours * 12}) GROUP BY at`)
    await windows('A', '2017-11-02 07:00:00', 24, 2, 10)
    await windows('A', '2017-11-03 07:00:00', 18, 2, 10)
    await windows('B', '2017-11-02 07:00:00', 24, 1, 0)
    await windows('C', '2017-11-02 07:00:00', 24, 1, 10)
    const day = Date.parse('2017-11-02') / 86_400_000
    const asked = { fromDay: day, toDay: day + 1, offsetS: -25_200 }
    expect(await reader.siteDays(asked)).toEqual({
      sites: [
        { id: 'A', name: 'A St', latitude: 51.05, longitude: -114.07 },
        { id: 'B', name: null, latitude: 51.06, longitude: -114.07 },
      ],
      ...{ site: [0], day: [day], vehicles: [2_880] },
    })
    expect(await reader.siteDays({ ...asked, fromDay: day + 2, toDay: 2_932_896 })).toMatchObject({
      site: [],
    })
    expect(await reader.siteDays({ ...asked, fromDay: -719_162, toDay: day })).toMatchObject({ site: [0] })
  })

  it('has another version once something of an incident is another', async () => {
    const before = await reader.version()
    expect(await reader.version()).toBe(before)
    await lake.engine.exec(
      `INSERT INTO silver.incidents (incident_id, started_at, type) VALUES ('g', '2017-11-05 12:00:00', 'other')`,
    )
    expect(await reader.version()).not.toBe(before)
  })
})
