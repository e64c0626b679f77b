import { describe, expect, it } from 'vitest'
import type { FeedAbout } from '../../../src/core/feed-format.ts'
import { FeedMapping, mappedFormat } from '../../../src/sources/poll/mapping/index.ts'
import { stations } from '../../../src/streams/stations/index.ts'
import { weather } from '../../../src/streams/weather/index.ts'

const ABOUT: FeedAbout = { arrivedAtMs: 0, zone: 'America/New_York', constants: {} }
const FIELDS = {
  station_id: 'id',
  timestamp: { path: 'at', format: 'unix_s' },
  temperature_f: { path: 'air.temp', unit: '°C', missing: [-999] },
  humidity: { path: 'air.rh', unit: '%' },
  condition: { path: 'sky', values: { '1': 'clear', wet: 'rain' } },
}

function read(
  mapping: object,
  body: unknown,
  about: Partial<FeedAbout> = {},
  stream: typeof weather | typeof stations = weather,
) {
  const format = mappedFormat(FeedMapping.parse(mapping), stream, about.constants ?? {})
  return format.read(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), {
    ...ABOUT,
    ...about,
  })
}

const item = { id: 17, at: 1795791600, air: { temp: '21.1', rh: 50 }, sky: 1, other: true }

describe('a JSON mapping', () => {
  const mapping = { format: 'json', items: 'data.list', fields: FIELDS }

  it('takes values by path, in the stream’s units, types and words', () => {
    expect(read(mapping, { data: { list: [item] } })).toEqual([
      {
        station_id: '17',
        timestamp: '2026-11-27T15:00:00Z',
        temperature_f: 69.98,
        humidity: 0.5,
        condition: 'clear',
      },
    ])
  })

  it('leaves out what is missing, and passes on what does not fit, for quarantine', () => {
    const rows = read(mapping, {
      data: {
        list: [
          { ...item, air: { temp: -999, rh: null }, sky: 'odd' },
          { ...item, air: { temp: 'warm' }, at: 'now' },
        ],
      },
    })
    expect(rows).toEqual([
      { station_id: '17', timestamp: '2026-11-27T15:00:00Z', condition: 'odd' },
      { station_id: '17', timestamp: 'now', temperature_f: 'warm', condition: 'clear' },
    ])
  })

  it('takes the whole answer, a list or one object', () => {
    expect(read({ ...mapping, items: undefined }, [item, item])).toHaveLength(2)
    expect(read({ ...mapping, items: undefined }, item)).toHaveLength(1)
    expect(read({ ...mapping, items: undefined }, [])).toEqual([])
  })

  it('notices that the format has changed', () => {
    expect(() => read(mapping, { data: { rows: [item] } })).toThrow(
      'no list or object at data.list; it has data',
    )
    expect(() => read(mapping, { data: { list: [{ ...item, id: undefined }] } })).toThrow(
      'no item of the answer has id',
    )
    expect(() => read(mapping, 'null')).toThrow('no list or object')
    expect(() => read(mapping, '{"data":{"list":[')).toThrow('cut off')
  })

  it('reads no property that the answer did not bring', () => {
    const fields = { ...FIELDS, condition: 'constructor.name' }
    expect(read({ ...mapping, fields }, { data: { list: [item] } })[0]).not.toHaveProperty('condition')
  })
})

describe('a CSV mapping', () => {
  const mapping = {
    format: 'csv',
    separator: ';',
    fields: {
      timestamp: { path: 'Time', format: 'MM/dd/yyyy HH:mm' },
      wind_speed_mph: { path: 'Wind', unit: 'm/s' },
    },
  }
  const constants = { station_id: 'S' }

  it('reads columns by name; a time without zone is the feed’s', () => {
    expect(read(mapping, 'Time;Wind\n11/27/2026 10:00;10\n', { constants })).toEqual([
      { station_id: 'S', timestamp: '2026-11-27T15:00:00Z', wind_speed_mph: 22.369363 },
    ])
  })

  it('names a column that is gone', () => {
    expect(() => read(mapping, 'Time;Gust\n1;2\n', { constants })).toThrow('no column "Wind"')
  })

  it('wants UTF-8', () => {
    const format = mappedFormat(FeedMapping.parse(mapping), weather, constants)
    expect(() => format.read(Buffer.from([0xff, 0xfe, 0x41]), { ...ABOUT, constants })).toThrow('not UTF-8')
  })
})

describe('a GeoJSON mapping', () => {
  const mapping = {
    format: 'geojson',
    fields: { station_id: '@id', name: 'title', elevation_m: { path: 'height', unit: 'ft' } },
  }
  const feature = {
    type: 'Feature',
    id: 'a',
    geometry: { type: 'Point', coordinates: [-114, 51, 1000] },
    properties: { title: 'Airport', height: 1000 },
  }

  it('reads properties, and the place of a point', () => {
    expect(read(mapping, { type: 'FeatureCollection', features: [feature] }, {}, stations)).toEqual([
      { station_id: 'a', name: 'Airport', latitude: 51, longitude: -114, elevation_m: 304.8 },
    ])
  })

  it('refuses what is no feature', () => {
    expect(() => read(mapping, { type: 'FeatureCollection', features: [{}] }, {}, stations)).toThrow(
      'no GeoJSON feature',
    )
  })
})

describe('a mapping with mistakes', () => {
  it('is refused with all of them', () => {
    const fields = {
      stationid: 'id',
      temperature_f: { path: 't', unit: 'km/h' },
      humidity: { path: 'h', unit: 'percent' },
      condition: { path: 'c', unit: '°C' },
      timestamp: { path: 'at', format: 'yesterday', zone: 'Mars/Base' },
    }
    expect(() => read({ format: 'json', fields }, [])).toThrow(
      /did you mean station_id\?.*station_id is missing.*yesterday.*Mars\/Base.*can't be in km\/h.*unit percent of humidity is unknown.*condition can't be in °C/s,
    )
  })
})
