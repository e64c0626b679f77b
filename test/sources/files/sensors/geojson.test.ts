import { describe, expect, it } from 'vitest'
import { parseSensorsGeoJson } from '../../../../src/sources/files/index.ts'

const collection = (...features: unknown[]) => JSON.stringify({ type: 'FeatureCollection', features })
const point = (properties: unknown, coordinates: unknown = [-118.3, 34.1], more: object = {}) => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates },
  properties,
  ...more,
})

describe('parseSensorsGeoJson', () => {
  it('takes the place from the point and the rest from the properties', () => {
    const { sensors, notes } = parseSensorsGeoJson(
      collection(point({ station_id: 773869, name: 'Main', lanes: 3, camera: false, lat: 1, colour: 'red' })),
    )
    expect(sensors).toEqual([
      {
        sensor_id: '773869',
        intersection_id: null,
        name: 'Main',
        latitude: 34.1,
        longitude: -118.3,
        district: null,
        interval_s: null,
        lanes: 3,
        camera: false,
      },
    ])
    expect(notes).toEqual(['ignored: colour'])
  })

  it("takes a feature's own id where no property is one, and a feature without a place", () => {
    const { sensors } = parseSensorsGeoJson(
      collection(point({}, [1, 2, 30], { id: 7 }), {
        type: 'Feature',
        geometry: null,
        properties: { id: 'B' },
      }),
    )
    expect(sensors.map(s => [s.sensor_id, s.latitude])).toEqual([
      ['7', 2],
      ['B', null],
    ])
  })

  it('lists what can not be taken by number, and takes the rest', () => {
    const { sensors, errors } = parseSensorsGeoJson(
      collection(
        { type: 'Feature', geometry: { type: 'Polygon', coordinates: [] }, properties: { id: 'A' } },
        point({ id: 'B' }, [200, 0]),
        point({}),
        17,
        point({ id: 'C' }),
        point({ id: 'D' }, ['x', 'y']),
      ),
    )
    expect(sensors.map(sensor => sensor.sensor_id)).toEqual(['C'])
    expect(errors.map(error => error.row)).toEqual([1, 2, 3, 4, 6])
    expect(errors[0]?.message).toContain('Polygon')
    expect(errors[1]?.message).toContain('longitude: 200 is not allowed')
  })

  it('refuses what is no FeatureCollection', () => {
    expect(() => parseSensorsGeoJson('{"type":"Feature"}')).toThrow(/no GeoJSON FeatureCollection/)
    expect(() => parseSensorsGeoJson('sensor_id,lat')).toThrow(/is no JSON/)
  })
})
