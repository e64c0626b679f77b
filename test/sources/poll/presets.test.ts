import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { FeedAbout } from '../../../src/core/feed-format.ts'
import { presets } from '../../../src/sources/poll/presets/index.ts'

const DAILY = new URL('../../../../shared/data/calgary/weather_daily_2016_2026.csv', import.meta.url)
const ABOUT: FeedAbout = {
  arrivedAtMs: Date.parse('2026-11-27T15:07:00Z'),
  zone: 'America/Edmonton',
  constants: {},
}

function read(preset: string, body: string | object, about: Partial<FeedAbout> = {}): object[] {
  const format = presets.find(one => one.name === preset)
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return [...(format?.read(Buffer.from(text), { ...ABOUT, ...about }) ?? [])]
}

const quantity = (value: number | null, unitCode: string, qualityControl = 'V') => ({
  value,
  unitCode,
  qualityControl,
})

const nws = (more: object = {}) => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [-73.97, 40.78] },
  properties: {
    station: 'https://api.weather.gov/stations/KNYC',
    timestamp: '2026-11-27T14:51:00+00:00',
    textDescription: 'Light Rain and Fog/Mist',
    presentWeather: [
      { intensity: 'light', modifier: null, weather: 'rain', rawString: '-RA' },
      { intensity: null, modifier: null, weather: 'fog_mist', rawString: 'BR' },
    ],
    cloudLayers: [{ base: quantity(240, 'wmoUnit:m'), amount: 'OVC' }],
    temperature: quantity(7.8, 'wmoUnit:degC'),
    dewpoint: quantity(7.2, 'wmoUnit:degC'),
    windSpeed: quantity(14.76, 'wmoUnit:km_h-1'),
    barometricPressure: quantity(101320, 'wmoUnit:Pa'),
    seaLevelPressure: quantity(null, 'wmoUnit:Pa', 'Z'),
    visibility: quantity(4830, 'wmoUnit:m', 'C'),
    relativeHumidity: quantity(96, 'wmoUnit:percent'),
    precipitationLastHour: quantity(2.54, 'wmoUnit:mm'),
    ...more,
  },
})

describe('nws', () => {
  it('reads an observation in its units', () => {
    expect(read('nws', nws())).toEqual([
      {
        station_id: 'KNYC',
        timestamp: '2026-11-27T14:51:00+00:00',
        temperature_f: 46.04,
        humidity: 0.96,
        precipitation_rate: 0.1,
        visibility_miles: 3.001223,
        wind_speed_mph: 9.171439,
        condition: 'rain',
        latitude: 40.78,
        longitude: -73.97,
        dew_point_f: 44.96,
        pressure_hpa: 1013.2,
      },
    ])
  })

  it('takes older unit names, and metres a second', () => {
    const [one] = read(
      'nws',
      nws({ temperature: quantity(20, 'unit:degC'), windSpeed: quantity(10, 'unit:m_s-1') }),
    )
    expect(one).toMatchObject({ temperature_f: 68, wind_speed_mph: 22.369363 })
  })

  it('leaves out what its own checks rejected, and what is null', () => {
    const [one] = read(
      'nws',
      nws({ temperature: quantity(99, 'wmoUnit:degC', 'X'), visibility: quantity(null, 'wmoUnit:m') }),
    )
    expect(one).not.toHaveProperty('temperature_f')
    expect(one).not.toHaveProperty('visibility_miles')
  })

  it('goes by the description, then by the sky, where there is no present weather', () => {
    const condition = (more: object) => read('nws', nws({ presentWeather: [], ...more }))[0]
    expect(condition({ textDescription: 'Heavy Snow' })).toMatchObject({ condition: 'snow' })
    expect(condition({ textDescription: 'Thunderstorms and Heavy Rain' })).toMatchObject({
      condition: 'heavy_rain',
    })
    expect(condition({ textDescription: 'Partly Cloudy' })).toMatchObject({ condition: 'clear' })
    expect(condition({ textDescription: 'Mostly Cloudy' })).toMatchObject({ condition: 'cloudy' })
    expect(condition({ textDescription: '' })).toMatchObject({ condition: 'cloudy' })
    expect(condition({ textDescription: '', cloudLayers: [{ amount: 'FEW' }] })).toMatchObject({
      condition: 'clear',
    })
  })

  it('reads a collection, an empty one too', () => {
    expect(read('nws', { type: 'FeatureCollection', features: [nws(), nws()] })).toHaveLength(2)
    expect(read('nws', { type: 'FeatureCollection', features: [] })).toEqual([])
  })

  it('refuses what is another answer, in words', () => {
    expect(() => read('nws', { status: 'ok' })).toThrow('no GeoJSON feature with properties.timestamp')
    expect(() => read('nws', nws({ temperature: quantity(1, 'wmoUnit:degRe') }))).toThrow('"wmoUnit:degRe"')
    expect(() => read('nws', '{"type":"Feature","prop')).toThrow('cut off after 23 characters')
    expect(() => read('nws', 'Service Unavailable')).toThrow('is no JSON')
    expect(() => read('nws', '[null]')).toThrow('no GeoJSON feature')
  })
})

const place = {
  latitude: 52.52,
  longitude: 13.419998,
  utc_offset_seconds: 3600,
  current_units: {
    time: 'iso8601',
    interval: 'seconds',
    temperature_2m: '°C',
    relative_humidity_2m: '%',
    precipitation: 'mm',
    weather_code: 'wmo code',
    pressure_msl: 'hPa',
    wind_speed_10m: 'km/h',
  },
  current: {
    time: '2026-11-27T16:00',
    interval: 900,
    temperature_2m: 3.4,
    relative_humidity_2m: 88,
    precipitation: 2.54,
    weather_code: 65,
    pressure_msl: 1004.1,
    wind_speed_10m: 16.1,
  },
}

describe('open-meteo', () => {
  it('reads the current weather; precipitation is the sum of its interval', () => {
    expect(read('open-meteo', place)).toEqual([
      {
        station_id: 'open-meteo:52.520,13.420',
        timestamp: '2026-11-27T15:00:00.000Z',
        temperature_f: 38.12,
        humidity: 0.88,
        precipitation_rate: 0.4,
        wind_speed_mph: 10.004076,
        condition: 'heavy_rain',
        pressure_hpa: 1004.1,
        latitude: 52.52,
        longitude: 13.419998,
      },
    ])
  })

  it('takes other units and times as the answer names them', () => {
    const [one] = read(
      'open-meteo',
      {
        ...place,
        current_units: {
          ...place.current_units,
          time: 'unixtime',
          temperature_2m: '°F',
          wind_speed_10m: 'mp/h',
          precipitation: 'inch',
        },
        current: { ...place.current, time: 1795791600 },
      },
      { constants: { station_id: 'berlin' } },
    )
    expect(one).toMatchObject({
      station_id: 'berlin',
      timestamp: '2026-11-27T15:00:00.000Z',
      temperature_f: 3.4,
      wind_speed_mph: 16.1,
      precipitation_rate: 10.16,
    })
  })

  it('passes on a time that is none, for quarantine', () => {
    const odd = { ...place, current_units: { ...place.current_units, time: 'unixtime' } }
    const read1 = (time: unknown) =>
      read('open-meteo', { ...odd, current: { ...place.current, time, interval: 0 } })[0]
    expect(read1(1e20)).toMatchObject({ timestamp: '1e+23', temperature_f: 38.12 })
    expect(read1('soon')).toMatchObject({ timestamp: 'soon' })
  })

  it('says what the service says', () => {
    expect(() => read('open-meteo', { error: true, reason: 'Daily API request limit exceeded.' })).toThrow(
      'Daily API request limit exceeded.',
    )
    expect(() => read('open-meteo', { latitude: 1, longitude: 1 })).toThrow('has no current')
  })
})

describe('open-meteo-forecast', () => {
  const forecast = {
    latitude: 52.5,
    longitude: 13.4,
    utc_offset_seconds: 0,
    hourly_units: {
      time: 'iso8601',
      temperature_2m: '°C',
      precipitation_probability: '%',
      weather_code: 'wmo code',
    },
    hourly: {
      time: ['2026-11-27T15:00', '2026-11-27T16:00'],
      temperature_2m: [3, null],
      precipitation_probability: [40, 100],
      weather_code: [71, 3],
    },
  }

  it('reads an hour a record, issued in the hour of its arrival', () => {
    expect(read('open-meteo-forecast', forecast)).toEqual([
      {
        station_id: 'open-meteo:52.500,13.400',
        issued_at: '2026-11-27T15:00:00.000Z',
        valid_at: '2026-11-27T15:00:00.000Z',
        temperature_f: 37.4,
        condition: 'snow',
        latitude: 52.5,
        longitude: 13.4,
        precipitation_probability: 0.4,
      },
      expect.objectContaining({
        valid_at: '2026-11-27T16:00:00.000Z',
        condition: 'cloudy',
        precipitation_probability: 1,
      }),
    ])
  })

  it('says the same when it is asked again within the hour', () => {
    const again = read('open-meteo-forecast', forecast, { arrivedAtMs: ABOUT.arrivedAtMs + 50 * 60_000 })
    expect(again).toEqual(read('open-meteo-forecast', forecast))
  })

  it('refuses lists of different lengths', () => {
    const hourly = { ...forecast.hourly, weather_code: [1] }
    expect(() => read('open-meteo-forecast', { ...forecast, hourly })).toThrow(
      'hourly.weather_code has not as many',
    )
  })
})

const DAILY_HEAD =
  'Longitude (x),Latitude (y),Station Name,Climate ID,Date/Time,Mean Temp (°C),Mean Temp Flag,Total Precip (mm),Total Precip Flag,Snow on Grnd (cm),Snow on Grnd Flag'
const HOURLY_HEAD =
  '"Longitude (x)","Latitude (y)","Station Name","Climate ID","Date/Time (LST)","Temp (°C)","Temp Flag","Dew Point Temp (°C)","Rel Hum (%)","Precip. Amount (mm)","Wind Spd (km/h)","Visibility (km)","Stn Press (kPa)","Weather"'

describe('eccc', () => {
  it('reads a day as one record at noon of standard time, summer too', () => {
    const days = read(
      'eccc-daily',
      `${DAILY_HEAD}\n-114.01,51.12,CALGARY,3031092,2019-07-01,10.5,,12.7,,0,\n`,
    )
    expect(days).toEqual([
      {
        station_id: '3031092',
        timestamp: '2019-07-01T19:00:00.000Z',
        temperature_f: 50.9,
        precipitation_rate: 0.020833,
        snow_depth_in: 0,
        latitude: 51.12,
        longitude: -114.01,
      },
    ])
  })

  it('leaves out days without a measure, takes a trace as none, and passes on what is no number', () => {
    const days = read(
      'eccc-daily',
      `${DAILY_HEAD}\n-114,51,C,1,2019-01-01,,M,,M,,\n-114,51,C,1,2019-01-02,,M,0.0,T,,\n-114,51,C,1,2019-01-03,cold,,,,,\n`,
    )
    expect(days).toMatchObject([{ precipitation_rate: 0 }, { temperature_f: 'cold' }])
  })

  it('reads hours in standard time', () => {
    const [hour] = read(
      'eccc-hourly',
      `\uFEFF${HOURLY_HEAD}\n"-114.01","51.12","C","3031092","2026-06-01 13:00","20.0","","10.0","53","1.0","20","24.1","89.10","Moderate Rain,Fog"\n`,
    )
    expect(hour).toMatchObject({
      timestamp: '2026-06-01T20:00:00.000Z',
      temperature_f: 68,
      dew_point_f: 50,
      humidity: 0.53,
      condition: 'rain',
      pressure_hpa: 891,
    })
  })

  it('names the columns that are not there', () => {
    expect(() => read('eccc-daily', 'a,b\n1,2\n')).toThrow('no column "Longitude (x)"')
    expect(() => read('eccc-daily', '')).toThrow('is empty')
  })

  it.skipIf(!existsSync(DAILY))('reads ten years of Calgary (skipped without ../shared/data)', () => {
    const days = read('eccc-daily', readFileSync(DAILY, 'utf8'))
    expect(days).toHaveLength(3690)
    expect(new Set(days.map(day => (day as { timestamp: string }).timestamp)).size).toBe(3690)
  })
})

describe('metar', () => {
  it('reads a report a line, leaves NIL out and keeps what it can’t read', () => {
    const reports = read(
      'metar',
      '2026/11/27 14:51\nKJFK 271451Z 31015KT 10SM CLR 01/M04 A3010\n      RMK AO2\nCYYC 271500Z NIL=\nCYYC 279900Z ???\n',
    )
    expect(reports).toEqual([
      expect.objectContaining({
        station_id: 'KJFK',
        timestamp: '2026-11-27T14:51:00.000Z',
        condition: 'clear',
      }),
      { metar: 'CYYC 279900Z ???' },
    ])
  })

  it('goes by the date above a report, however old it is', () => {
    const [old] = read('metar', '2019/02/03 04:00\nKJFK 030351Z 10/10\n')
    expect(old).toMatchObject({ timestamp: '2019-02-03T03:51:00.000Z' })
  })

  it('refuses an answer without any report', () => {
    expect(() => read('metar', 'No METAR available\n')).toThrow('has no METAR report')
  })
})
