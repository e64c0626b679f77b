import { describe, expect, it } from 'vitest'
import { parseSensorsCsv } from '../../../../src/sources/files/index.ts'

const unknown = {
  intersection_id: null,
  name: null,
  latitude: null,
  longitude: null,
  district: null,
  interval_s: null,
  lanes: null,
  camera: null,
}

describe('parseSensorsCsv', () => {
  it('reads every field under its names, and keeps numbers as ids', () => {
    const { sensors, errors, notes } = parseSensorsCsv(
      'Station_ID,intersection_id,name,LAT,lng,district,interval_s,lanes,camera\n' +
        '0773869,I-9,"Main St, north",34.15497,-118.31829,west,300,4,yes\n',
    )
    expect(sensors).toEqual([
      {
        sensor_id: '0773869',
        intersection_id: 'I-9',
        name: 'Main St, north',
        latitude: 34.15497,
        longitude: -118.31829,
        district: 'west',
        interval_s: 300,
        lanes: 4,
        camera: true,
      },
    ])
    expect([errors, notes]).toEqual([[], []])
  })

  it('takes an id alone, and notes the columns it ignores', () => {
    const { sensors, notes } = parseSensorsCsv('index,id,colour\n0,A,red\n1,B,\n')
    expect(sensors).toEqual([
      { sensor_id: 'A', ...unknown },
      { sensor_id: 'B', ...unknown },
    ])
    expect(notes).toEqual(['ignored: index, colour'])
  })

  it('lists what can not be taken by row, field and value, and takes the rest', () => {
    const { sensors, errors } = parseSensorsCsv(
      'sensor_id,lat,lon,interval_s,camera\nA,95,0,,\n,1,1,,\nB,1,1,1.5,perhaps\nC,1,,,\nD,1,1,30,0\nD,2,2,30,0\n',
    )
    expect(sensors.map(sensor => sensor.sensor_id)).toEqual(['D'])
    expect(errors).toEqual([
      { row: 2, message: 'latitude: "95" is not allowed; allowed: a number from -90 to 90, or empty' },
      { row: 3, message: 'sensor_id: is missing; allowed: text of 1 to 128 characters' },
      {
        row: 4,
        message:
          'interval_s: "1.5" is not allowed; allowed: a whole number of seconds from 1 to 86400, or empty; camera: "perhaps" is not allowed; allowed: true or false (1 or 0, yes or no), or empty',
      },
      { row: 5, message: 'latitude and longitude must come together, or both be empty' },
      { row: 7, message: 'sensor_id "D" came in row 6 already; each sensor may come once' },
    ])
  })

  it('takes semicolons, quotes with a byte order mark, and Windows line ends', () => {
    expect(parseSensorsCsv('\uFEFF"id";"name"\r\n"A";"x;y"\r\n').sensors).toEqual([
      { sensor_id: 'A', ...unknown, name: 'x;y' },
    ])
  })

  it('refuses a file without an id column, and an empty one', () => {
    expect(() => parseSensorsCsv('name,lat\nA,1\n')).toThrow(/no column sensor_id .*its header has name, lat/)
    expect(() => parseSensorsCsv('')).toThrow(/its header has nothing/)
  })
})
