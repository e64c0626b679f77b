import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../src/lake/engine/index.ts'
import { startEmbeddedEngine } from '../../src/lake/engine/index.ts'
import { migrate } from '../../src/lake/migrations/index.ts'
import { tableDdl } from '../../src/lake/migrations/table.ts'
import { numberedSqlFiles, sqlFile, sqlStatements } from '../../src/lake/sql-file.ts'
import { stations } from '../../src/streams/stations/index.ts'
import { weather } from '../../src/streams/weather/index.ts'
import { weatherForecasts } from '../../src/streams/weather-forecasts/index.ts'
import { columnsOf } from '../../src/core/stream/index.ts'
import type { Stream } from '../../src/core/stream/index.ts'

const LOAD = { session: 'load' } as const
let folder: string
let engine: Engine

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weather-'))
  engine = await startEmbeddedEngine({ dir: folder })
  await migrate(engine, join(folder, 'log'))
  for (const stream of [stations, weather, weatherForecasts]) await makeTables(stream)
})

afterAll(async () => {
  await engine.stop()
  await rm(folder, { recursive: true })
})

async function makeTables(stream: Stream): Promise<void> {
  for (const name of numberedSqlFiles(stream.sql)) {
    for (const statement of sqlStatements(new URL(name, stream.sql))) {
      await engine.exec(tableDdl(statement, { replicated: false }), LOAD)
    }
  }
  const views = readdirSync(stream.sql).filter(name => name.startsWith('view_'))
  for (const name of views.sort()) await engine.exec(sqlFile(new URL(name, stream.sql)), LOAD)
}

async function add(rows: string): Promise<void> {
  for (const { add } of weather.gold) await engine.exec(sqlFile(add).replace('@rows', rows), LOAD)
}

const query = <T>(sql: string) =>
  engine.query<T>(sql, { ...LOAD, settings: { output_format_json_quote_64bit_integers: 0 } })

async function observe(
  position: number,
  station: string,
  at: string,
  more: Readonly<Record<string, string | number>> = {},
) {
  const names = ['position', 'station_id', 'observed_at', 'arrived_at', 'source', 'once_hash', 'content_hash']
  const values = [position, station, at, at, 'test', '', '']
  const all = [...names, ...Object.keys(more)]
  await engine.exec(
    `INSERT INTO silver.weather (${all.join(', ')}) VALUES (${[...values, ...Object.values(more)]
      .map(value => (typeof value === 'number' ? String(value) : `'${value}'`))
      .join(', ')})`,
    LOAD,
  )
}

describe('the tables of weather', () => {
  it('have the columns that the declarations say, in their order', async () => {
    for (const [stream, table] of [
      [weather, 'weather'],
      [weatherForecasts, 'weather_forecasts'],
      [stations, 'stations_versions'],
    ] as const) {
      const columns = await query<{ name: string; type: string }>(
        `SELECT name, type FROM system.columns WHERE database = 'silver' AND table = '${table}' ORDER BY position`,
      )
      expect(columns.map(({ name, type }) => [name, type.replace(/^LowCardinality\((.*)\)$/, '$1')])).toEqual(
        [
          ['position', 'UInt64'],
          ...columnsOf(stream.fields).map(({ name, type }) => [name, type]),
          ['arrived_at', "DateTime64(3, 'UTC')"],
          ['source', 'String'],
          ['once_hash', 'FixedString(16)'],
          ['content_hash', 'FixedString(16)'],
        ],
      )
    }
  })
})

describe('gold.weather_hourly', () => {
  it('says means, extremes and the condition told most often, of rows added in parts', async () => {
    const place = { latitude: 40.75, longitude: -74.25 }
    await observe(1, 'A', '2026-01-31 23:10:00.000', {
      ...place,
      temperature_c: -1.5,
      condition: 'snow',
      precipitation_mm_h: 1.2,
      visibility_km: 3,
      humidity: 0.9,
    })
    await observe(2, 'A', '2026-01-31 23:30:00.000', {
      ...place,
      temperature_c: -2.25,
      condition: 'snow',
      precipitation_mm_h: 0,
      road_state: 'ice',
    })
    await observe(3, 'A', '2026-01-31 23:59:59.999', { temperature_c: 0, condition: 'fog' })
    await observe(4, 'A', '2026-02-01 00:00:00.000')
    await add('s.position <= 2')
    await add('s.position > 2 AND s.position <= 4')
    const rows = await query(
      'SELECT window_start, readings, temperature_c, min_temperature_c, max_temperature_c, precipitation_mm_h, max_precipitation_mm_h, min_visibility_km, humidity, pressure_hpa, condition, road_state, latitude, longitude FROM gold.weather_hourly ORDER BY window_start',
    )
    expect(rows).toEqual([
      {
        window_start: '2026-01-31 23:00:00',
        readings: 3,
        temperature_c: -1.25,
        min_temperature_c: -2.25,
        max_temperature_c: 0,
        precipitation_mm_h: 0.6,
        max_precipitation_mm_h: 1.2,
        min_visibility_km: 3,
        humidity: 0.9,
        pressure_hpa: null,
        condition: 'snow',
        road_state: 'ice',
        latitude: 40.75,
        longitude: -74.25,
      },
      {
        window_start: '2026-02-01 00:00:00',
        readings: 1,
        temperature_c: null,
        min_temperature_c: null,
        max_temperature_c: null,
        precipitation_mm_h: null,
        max_precipitation_mm_h: null,
        min_visibility_km: null,
        humidity: null,
        pressure_hpa: null,
        condition: null,
        road_state: null,
        latitude: null,
        longitude: null,
      },
    ])
  })

  it('takes the place that the register says, and the newest of its versions', async () => {
    const version = (position: number, latitude: number, withdrawn: boolean) =>
      engine.exec(
        `INSERT INTO silver.stations_versions (position, station_id, latitude, longitude, withdrawn, arrived_at, source, once_hash, content_hash) VALUES (${position}, 'B', ${latitude}, -74, ${withdrawn}, '2026-01-01 00:00:00.000', 'test', '', '')`,
        LOAD,
      )
    await version(10, 41, false)
    await version(11, 42, false)
    await observe(12, 'B', '2026-03-01 06:20:00.000', { temperature_c: 5, latitude: 10, longitude: 10 })
    await add('s.position = 12')
    const at = "SELECT latitude, longitude FROM gold.weather_hourly WHERE station_id = 'B'"
    expect(await query(at)).toEqual([{ latitude: 42, longitude: -74 }])
    await version(13, 42, true)
    expect(await query('SELECT station_id FROM silver.stations')).toEqual([])
    expect(await query(at)).toEqual([{ latitude: 10, longitude: 10 }])
  })
})

describe('gold.weather_districts and gold.traffic_weather', () => {
  beforeAll(async () => {
    const sensor = (id: string, district: string, latitude: number) =>
      engine.exec(
        `INSERT INTO lake.sensor_versions (position, sensor_id, intersection_id, district, latitude, longitude) VALUES (1, '${id}', '${id}', '${district}', ${latitude}, 0)`,
        LOAD,
      )
    await sensor('S1', 'north', 50)
    await sensor('S2', 'north', 50.2)
    await sensor('S3', 'south', 40)
    const hour = '2026-05-01 12:10:00.000'
    // The middle of the north is at 50.1°: the stations are 0.1°, 0.2°, 0.4° and 10.1° away.
    await observe(20, 'N1', hour, { latitude: 50.2, longitude: 0, temperature_c: 10 })
    await observe(21, 'N2', hour, { latitude: 50.3, longitude: 0, temperature_c: 20, condition: 'rain' })
    await observe(22, 'N4', hour, { latitude: 50.5, longitude: 0, precipitation_mm_h: 2, condition: 'fog' })
    await observe(23, 'S1', hour, { latitude: 40, longitude: 0, temperature_c: 30, condition: 'clear' })
    await observe(24, 'nowhere', hour, { temperature_c: 99 })
    await add('s.position >= 20 AND s.position <= 24')
  })

  it('weigh the three nearest stations by inverse squared distance and say how far they are', async () => {
    const rows = await query<Record<string, unknown>>(
      "SELECT district, stations, nearest_station_id, round(nearest_km, 1) AS near, round(farthest_km, 1) AS far, round(temperature_c, 3) AS temperature, precipitation_mm_h, condition, humidity FROM gold.weather_districts WHERE window_start = '2026-05-01 12:00:00' ORDER BY district",
    )
    expect(rows[0]).toMatchObject({
      district: 'north',
      stations: 3,
      nearest_station_id: 'N1',
      near: 11.1,
      far: 44.5,
      // (10 / 1 + 20 / 4) / (1 + 1 / 4)
      temperature: 12,
      precipitation_mm_h: 2,
      condition: 'rain',
      humidity: null,
    })
    expect(rows[1]).toMatchObject({ district: 'south', nearest_station_id: 'S1', near: 0, temperature: 30 })
    expect(rows).toHaveLength(2)
  })

  it('stand beside the traffic of their hour, and leave NULL where there is none', async () => {
    const window = (at: string, id: string) =>
      engine.exec(
        `INSERT INTO gold.intersection_metrics_state (window_start, intersection_id, district, readings, sensors) SELECT '${at}', '${id}', 'north', 3, uniqExactState(toLowCardinality('S1'))`,
        LOAD,
      )
    await window('2026-05-01 12:55:00', 'S1')
    await window('2026-05-01 13:00:00', 'S1')
    const rows = await query(
      'SELECT window_start, intersection_id, readings, condition, round(temperature_c, 3) AS temperature, round(weather_km, 1) AS km FROM gold.traffic_weather ORDER BY window_start',
    )
    expect(rows).toEqual([
      {
        window_start: '2026-05-01 12:55:00',
        intersection_id: 'S1',
        readings: 3,
        condition: 'rain',
        temperature: 12,
        km: 11.1,
      },
      {
        window_start: '2026-05-01 13:00:00',
        intersection_id: 'S1',
        readings: 3,
        condition: null,
        temperature: null,
        km: null,
      },
    ])
  })
})

describe('gold.city_weather', () => {
  const weatherOf = (from: string, to: string) =>
    query<{ window_start: string; weather: string; known_by: string }>(
      `SELECT window_start, weather, known_by FROM gold.city_weather WHERE window_start >= '${from}' AND window_start < '${to}' ORDER BY window_start`,
    )

  it.each([
    ['what is told', { condition: 'cloudy' }, 'dry'],
    ['fog', { condition: 'fog', visibility_km: 0.2 }, 'fog'],
    ['snow in which nothing is seen', { condition: 'snow', visibility_km: 0.5 }, 'heavy_snow'],
    ['rain of more than 7.5 mm/h', { condition: 'rain', precipitation_mm_h: 8 }, 'heavy_rain'],
    ['rain by its amount', { precipitation_mm_h: 0.2, temperature_c: 1.6, wind_speed_kmh: 1 }, 'rain'],
    ['snow by its cold', { precipitation_mm_h: 0.2, temperature_c: 1.5, wind_speed_kmh: 1 }, 'snow'],
    ['a trace', { precipitation_mm_h: 0.1, wind_speed_kmh: 1 }, 'dry'],
    ['a fall of no known kind', { precipitation_mm_h: 2, wind_speed_kmh: 1 }, undefined],
    ['temperature alone', { temperature_c: 9, wind_speed_kmh: 1 }, undefined],
  ])('knows an hour by %s', async (name, measures, weather) => {
    const position = 100 + (await query('SELECT 1 FROM silver.weather')).length
    const day = `2025-01-${String(position % 27).padStart(2, '0')}`
    await observe(position, name, `${day} 10:30:00.000`, measures)
    await add(`s.position = ${position}`)
    const expected = { window_start: `${day} 10:00:00`, weather, known_by: 'hour' }
    expect(await weatherOf(day, `${day} 23:00:00`)).toEqual(weather === undefined ? [] : [expected])
  })

  it('gives each hour of a day what only the day knows, and the hour what was measured in it', async () => {
    const noon = (day: number) => `2024-06-0${day} 19:00:00.000`
    // 0.2 mm and 12 mm in 24 h, as the tables keep them; the third day is dry.
    await observe(201, 'D', noon(1), { precipitation_mm_h: 0.008, temperature_c: 10 })
    await observe(202, 'D', noon(2), { precipitation_mm_h: 0.5, temperature_c: 10 })
    await observe(203, 'D', noon(3), { precipitation_mm_h: 0, snow_depth_mm: 0 })
    await observe(204, 'H', '2024-06-02 08:20:00.000', { condition: 'clear' })
    await add('s.position >= 201 AND s.position <= 204')
    const hours = await weatherOf('2024-05-30', '2024-06-06')
    expect(hours).toHaveLength(72)
    const known = Map.groupBy(hours, ({ weather, known_by }) => `${weather} by ${known_by}`)
    expect([...known].map(([what, of]) => [what, of.length, of[0]!.window_start])).toEqual([
      ['rain by day', 24, '2024-06-01 07:00:00'],
      ['heavy_rain by day', 23, '2024-06-02 07:00:00'],
      ['dry by hour', 1, '2024-06-02 08:00:00'],
      ['dry by day', 24, '2024-06-03 07:00:00'],
    ])
  })
})
