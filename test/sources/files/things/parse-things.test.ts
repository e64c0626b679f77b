import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Stream } from '../../../../src/core/stream/index.ts'
import { parseThings } from '../../../../src/sources/files/index.ts'
import { cameras } from '../../../../src/streams/cameras/index.ts'
import { events } from '../../../../src/streams/events/index.ts'
import { stations } from '../../../../src/streams/stations/index.ts'
import { venues } from '../../../../src/streams/venues/index.ts'

const CALGARY = join(import.meta.dirname, '../../../../../shared/data/calgary/traffic_cameras_2020.csv')
const parse = (stream: Stream, text: string, wishes: { columns?: object; values?: object } = {}) =>
  parseThings(stream, text, { columns: {}, values: {}, ...wishes } as Parameters<typeof parseThings>[2])

describe('things of a CSV file', () => {
  it('come under the names of the fields, typed', () => {
    const { records, errors, notes } = parse(
      stations,
      'station_id,Name,Latitude,lon,Elevation,provider,withdrawn,remark\n"a, 1",Airport,51.1,-114,1084.1,,no,x\n007,,0,0,,ECCC,,\n',
    )
    expect(errors).toEqual([])
    expect(records).toEqual([
      {
        station_id: 'a, 1',
        name: 'Airport',
        latitude: 51.1,
        longitude: -114,
        elevation_m: 1084.1,
        withdrawn: false,
      },
      { station_id: '007', latitude: 0, longitude: 0, provider: 'ECCC' },
    ])
    expect(notes).toEqual(['ignored: remark'])
  })

  it('come from any columns where one says which, with values for all', () => {
    const { records } = parse(
      venues,
      'Code;Where;Y;X;Seats\nS1;Dome;51.03;-114.05;19289\nS2;Park;51;-114;\n',
      {
        columns: { venue_id: 'Code', name: 'Where', capacity: 'Seats' },
        values: { capacity: '100' },
      },
    )
    expect(records).toEqual([
      { venue_id: 'S1', name: 'Dome', latitude: 51.03, longitude: -114.05, capacity: 19289 },
      { venue_id: 'S2', name: 'Park', latitude: 51, longitude: -114, capacity: 100 },
    ])
  })

  it('have their place in a WKT point, longitude first', () => {
    const text =
      'id,Point\na,POINT (-114.09 51.05)\nb,point(1 2)\nc,"POINT Z (1.5 -2.5 3)"\nd,POINT (91)\ne,\n'
    const { records, errors } = parse(stations, text)
    expect(records).toEqual([
      { station_id: 'a', latitude: 51.05, longitude: -114.09 },
      { station_id: 'b', latitude: 2, longitude: 1 },
      { station_id: 'c', latitude: -2.5, longitude: 1.5 },
    ])
    expect(errors.map(({ row }) => row)).toEqual([5, 6])
    expect(errors[0]?.message).toContain('Point: is no WKT point')
    expect(errors[1]?.message).toBe('latitude: is missing; longitude: is missing')
  })

  it('have the last part of their picture’s address as id where nothing is one', () => {
    const header = 'Camera Location,Quadrant,Camera URL,longitude,latitude\n'
    const { records, notes } = parse(
      cameras,
      `${header}A / B,SE,http://cams.example/x/loc86.jpg?t=1,-114,51\n`,
    )
    expect(records).toEqual([
      {
        camera_id: 'loc86',
        name: 'A / B',
        latitude: 51,
        longitude: -114,
        district: 'SE',
        snapshot_url: 'http://cams.example/x/loc86.jpg?t=1',
      },
    ])
    expect(notes).toEqual(['camera_id is the last part of Camera URL'])
  })

  it('are named, with their row, where they are wrong', () => {
    const row = (text: string) => {
      const { records, errors } = parse(cameras, `camera_id,latitude,longitude,shown,name\n${text}\n`)
      expect(records).toEqual([])
      return errors[0]?.message
    }
    expect(row('a,95,0,,')).toBe('latitude: "95" is not allowed; allowed: a number from -90 to 90')
    expect(row('a,"51,05",0,,')).toContain('latitude: "51,05" is not allowed')
    expect(row('a,NaN,0,,')).toContain('latitude')
    expect(row('a,Infinity,0,,')).toContain('latitude')
    expect(row('a,1,0,maybe,')).toContain('allowed: yes, blurred, hidden')
    expect(row(',1,0,,')).toBe('camera_id: is missing')
    expect(row(`${'a'.repeat(129)},1,0,,`)).toContain('1 to 128 visible characters')
    expect(row('a,1,0,,x\u202ey')).toContain('name: ')
    const twice = parse(cameras, 'id,lat,lon\na,1,1\na,2,2\n')
    expect(twice.errors).toEqual([
      { row: 3, message: 'camera_id "a" came in row 2 already; each may come once' },
    ])
  })

  it('are refused as a whole where nothing is an id, or a wish names what is not there', () => {
    expect(() => parse(stations, 'name,lat,lon\na,1,1\n')).toThrow(
      'Say which it is: --map station_id=<column>',
    )
    expect(() => parse(stations, '')).toThrow('it has nothing')
    expect(() => parse(stations, 'id\n', { columns: { name: 'Nom' } })).toThrow('no column "Nom" for name')
    expect(() => parse(stations, 'id\n', { values: { colour: 'red' } })).toThrow(
      'colour is no field of stations',
    )
    expect(() => parse(stations, 'id\n', { values: { constructor: 'x' } })).toThrow('is no field of stations')
  })

  it('may have texts, instants and JSON', () => {
    const { records } = parse(
      events,
      'event_id,updated_at,kind,title,status,starts_at,ends_at,line\ne,2026-01-01T00:00:00Z,match,A,planned,2026-01-02,2026-01-03,"{""type"":""LineString""}"\n',
    )
    expect(records[0]).toMatchObject({ starts_at: '2026-01-02', line: { type: 'LineString' } })
  })
})

describe('things of a GeoJSON file', () => {
  const collection = (...features: object[]) => JSON.stringify({ type: 'FeatureCollection', features })
  const point = { type: 'Point', coordinates: [-114, 51] }

  it('have their place in the geometry and an id in the feature or a property', () => {
    const { records, notes } = parse(
      venues,
      collection(
        { type: 'Feature', id: 7, geometry: point, properties: { name: 'Dome', capacity: 5 } },
        { type: 'Feature', id: 'h', geometry: point, properties: { name: 'Hall', colour: 'red' } },
      ),
    )
    expect(records).toEqual([
      { venue_id: '7', name: 'Dome', latitude: 51, longitude: -114, capacity: 5 },
      { venue_id: 'h', name: 'Hall', latitude: 51, longitude: -114 },
    ])
    expect(notes).toEqual(['ignored: colour'])
  })

  it('are named where they are no points', () => {
    const { records, errors } = parse(
      venues,
      collection(
        { type: 'Feature', id: 1, geometry: { type: 'Polygon', coordinates: [] }, properties: { name: 'x' } },
        { type: 'Feature', id: 2, geometry: null, properties: { name: 'y' } },
        { type: 'Thing' },
      ),
    )
    expect(records).toEqual([])
    expect(errors.map(({ row }) => row).sort()).toEqual([1, 2, 3])
  })
})

it.skipIf(!existsSync(CALGARY))(
  'the Calgary list of cameras is taken as it is (needs the shared data)',
  () => {
    const { records, errors } = parse(cameras, readFileSync(CALGARY, 'utf8'))
    expect(errors).toEqual([])
    expect(records).toHaveLength(126)
    expect(records[0]).toEqual({
      camera_id: 'loc86',
      name: 'Stoney Trail / Deerfoot Trail SE',
      latitude: 50.90072571246784,
      longitude: -113.97660631022806,
      district: 'SE',
      snapshot_url: 'http://trafficcam.calgary.ca/loc86.jpg',
    })
  },
)
