import { describe, expect, it } from 'vitest'
import { REASONS } from '../../../../src/lake/readings/scan/index.ts'
import type { Reason } from '../../../../src/lake/readings/scan/index.ts'
import { scan, scanner } from './scanned.ts'

const GOOD = { sensor_id: 'S', timestamp: '2026-03-15T11:59:30Z', vehicle_count: 1 }
const line = (change: object) => JSON.stringify({ ...GOOD, ...change })
const raw = (fields: string) => `{"sensor_id":"S","timestamp":"2026-03-15T11:59:30Z",${fields}}`
const deep = (levels: number) => raw(`"vehicle_count":1,"x":${'['.repeat(levels)}${']'.repeat(levels)}`)

/** Each rule: lines at its edge that pass, and lines that break it and nothing else. */
const CASES: readonly [reason: Reason, passing: (string | Buffer)[], breaking: (string | Buffer)[]][] = [
  [
    'utf8',
    [line({ sensor_id: 'Straße-交通-🚦' })],
    [
      Buffer.from(line({ sensor_id: 'Straße' }), 'latin1'),
      Buffer.from([0xff, 0xfe]),
      Buffer.concat([Buffer.from('{"sensor_id":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
      // Overlong encoding of a slash.
      Buffer.from([0x7b, 0xc0, 0xaf, 0x7d]),
    ],
  ],
  [
    'json_syntax',
    [` \t${line({})} \t\r`, raw('"vehicle_count" : 1 '), raw('"vehicle_count":1e1')],
    [
      '{',
      '\0\0\0',
      line({}).slice(0, -1),
      `${line({})}}`,
      raw('"vehicle_count":1,'),
      raw('"vehicle_count":1,"unknown":NaN'),
      raw('"vehicle_count":NaN,'),
      raw('"vehicle_count":01'),
      raw('"vehicle_count":+1'),
      raw('"vehicle_count":.5'),
      raw('"vehicle_count":1.'),
      raw("'vehicle_count':1"),
      `\ufeff${line({})}`,
      raw('"vehicle_count":1,"x":"\0"'),
      `${line({})}${line({})}`,
      'sensor_id,timestamp,vehicle_count',
    ],
  ],
  ['json_depth', [deep(63)], [deep(64), '['.repeat(200_000), '{"a":'.repeat(100_000)]],
  ['not_object', [line({})], ['[]', 'null', '1', '"x"', `[${line({})}]`]],
  ['sensor_id_missing', [line({})], [line({ sensor_id: undefined }), line({ sensor_id: null })]],
  ['sensor_id_type', [line({ sensor_id: '5' })], [line({ sensor_id: 5 }), line({ sensor_id: ['S'] })]],
  [
    'sensor_id_range',
    [line({ sensor_id: 'x'.repeat(128) }), line({ sensor_id: '🚦'.repeat(128) }), line({ sensor_id: ' a' })],
    [
      line({ sensor_id: '' }),
      line({ sensor_id: 'x'.repeat(129) }),
      line({ sensor_id: '🚦'.repeat(129) }),
      line({ sensor_id: 'a\nb' }),
      line({ sensor_id: 'a\u0000' }),
      line({ sensor_id: 'a\u007f' }),
      line({ sensor_id: 'a\u2028' }),
      raw('"vehicle_count":1,"sensor_id":"\\ud800"'),
    ],
  ],
  ['timestamp_missing', [line({})], [line({ timestamp: null }), '{"sensor_id":"S","vehicle_count":1}']],
  ['timestamp_type', [line({})], [line({ timestamp: 1_773_000_000 }), line({ timestamp: {} })]],
  [
    'timestamp_format',
    [line({ timestamp: '2024-02-29T00:00Z' }), line({ timestamp: '2026-03-15 06:59:30.5' })],
    [
      line({ timestamp: '' }),
      line({ timestamp: 'yesterday' }),
      line({ timestamp: '2026-02-29T00:00:00Z' }),
      line({ timestamp: '2026-13-01T00:00:00Z' }),
      line({ timestamp: '2026-03-15T24:00:00Z' }),
      line({ timestamp: '2026-03-15T11:60:00Z' }),
      line({ timestamp: '2026-03-15T11:59:60Z' }),
      line({ timestamp: '2026-03-15T11:59:30+19:00' }),
      line({ timestamp: '2026-03-15T11:59:30.Z' }),
      line({ timestamp: '2026-03-15T11:59:30Zx' }),
      line({ timestamp: '2026-03-15' }),
      line({ timestamp: '1773000000000000' }),
      line({ timestamp: '2026-03-15\u000011:59:30Z' }),
      line({ timestamp: '2026-03-15\u005411:59:30\u0000Z' }),
    ],
  ],
  [
    'timestamp_too_old',
    [line({ timestamp: '2000-01-01T00:00:00Z' })],
    [line({ timestamp: '1999-12-31T23:59:59.999Z' }), line({ timestamp: '0000-01-01T00:00:00Z' })],
  ],
  [
    'timestamp_future',
    [line({ timestamp: '2026-03-15T12:05:00.000Z' })],
    [line({ timestamp: '2026-03-15T12:05:00.001Z' }), line({ timestamp: '9999-12-31T23:59:59Z' })],
  ],
  [
    'no_measure',
    [line({ vehicle_count: null, queue_length: 0 }), line({ vehicle_count: null, signal_state: 'red' })],
    [
      line({ vehicle_count: null }),
      line({ vehicle_count: undefined, latitude: 1, longitude: 1, district: 'x' }),
      line({ vehicle_count: null, vehicle_types: {} }),
      line({ vehicle_count: null, vehicle_types: { car: null, bicycle: 4 } }),
    ],
  ],
  [
    'vehicle_count_type',
    [raw('"vehicle_count":25.0'), raw('"vehicle_count":2.5e1')],
    [
      line({ vehicle_count: '5' }),
      line({ vehicle_count: 0.5 }),
      line({ vehicle_count: true }),
      raw('"vehicle_count":NaN'),
      raw('"vehicle_count":-Infinity,"x":"\\"NaN"'),
    ],
  ],
  [
    'vehicle_count_range',
    [line({ vehicle_count: 100_000 }), raw('"vehicle_count":-0')],
    [line({ vehicle_count: 100_001 }), line({ vehicle_count: -1 }), raw('"vehicle_count":1e300')],
  ],
  ['average_speed_type', [line({ average_speed: 0.1 })], [line({ average_speed: 'fast' })]],
  [
    'average_speed_range',
    [line({ average_speed: 150 }), raw('"average_speed":-0.0')],
    [line({ average_speed: 150.01 }), line({ average_speed: -0.01 }), raw('"average_speed":1e999')],
  ],
  ['occupancy_rate_type', [line({ occupancy_rate: 0.5 })], [line({ occupancy_rate: '50%' })]],
  [
    'occupancy_rate_range',
    [line({ occupancy_rate: 1 }), line({ occupancy_rate: 0 })],
    [line({ occupancy_rate: 1.000001 }), line({ occupancy_rate: -0.1 })],
  ],
  [
    'vehicle_types_type',
    [line({ vehicle_types: { car: 1, bus: null } }), line({ vehicle_types: null })],
    [
      line({ vehicle_types: [1] }),
      line({ vehicle_types: 'car' }),
      line({ vehicle_types: { car: '1' } }),
      line({ vehicle_types: { bus: 1.5 } }),
    ],
  ],
  [
    'vehicle_types_range',
    [line({ vehicle_types: { truck: 100_000 } })],
    [line({ vehicle_types: { truck: 100_001 } }), line({ vehicle_types: { car: 1, motorcycle: -1 } })],
  ],
  ['wait_time_seconds_type', [line({ wait_time_seconds: 0.5 })], [line({ wait_time_seconds: false })]],
  [
    'wait_time_seconds_range',
    [line({ wait_time_seconds: 86_400 })],
    [line({ wait_time_seconds: 86_400.001 }), line({ wait_time_seconds: -1 })],
  ],
  [
    'queue_length_type',
    [line({ queue_length: 3 })],
    [line({ queue_length: 1.5 }), line({ queue_length: {} })],
  ],
  [
    'queue_length_range',
    [line({ queue_length: 10_000 })],
    [line({ queue_length: 10_001 }), line({ queue_length: -1 })],
  ],
  ['signal_state_type', [line({ signal_state: 'GREEN' })], [line({ signal_state: 1 })]],
  [
    'signal_state_value',
    [line({ signal_state: 'Yellow' }), line({ signal_state: null })],
    [line({ signal_state: 'blue' }), line({ signal_state: '' }), line({ signal_state: ' red' })],
  ],
  ['latitude_type', [line({ latitude: 1 })], [line({ latitude: '1' })]],
  [
    'latitude_range',
    [line({ latitude: -90 })],
    [line({ latitude: 90.0001 }), raw('"vehicle_count":1,"latitude":-1e9')],
  ],
  ['longitude_type', [line({ longitude: 1 })], [line({ longitude: [] })]],
  ['longitude_range', [line({ longitude: 180 })], [line({ longitude: -180.0001 })]],
  ['intersection_id_type', [line({ intersection_id: null })], [line({ intersection_id: 7 })]],
  [
    'intersection_id_range',
    [line({ intersection_id: 'é'.repeat(128) })],
    [line({ intersection_id: '' }), line({ intersection_id: 'é'.repeat(129) })],
  ],
  ['district_type', [line({ district: null })], [line({ district: false })]],
  ['district_range', [line({ district: 'd' })], [line({ district: '' }), line({ district: '\t' })]],
]

describe.each(CASES)('%s', (reason, passing, breaking) => {
  it('passes at the edge', () => {
    for (const good of passing) {
      const { rejects, rows } = scan([good])
      expect(rejects, String(good)).toEqual([])
      expect(rows).toHaveLength(1)
    }
  })

  it('is the one reason of a line that breaks it, which is kept byte for byte', () => {
    for (const bad of breaking) {
      const { rejects, rows } = scan([line({}), bad, line({ sensor_id: 'T' })])
      expect(
        rejects.map(r => r.reasons),
        String(bad).slice(0, 200),
      ).toEqual([[reason]])
      expect(Buffer.from(rejects[0]?.line ?? []).equals(Buffer.from(bad as string))).toBe(true)
      expect(rejects[0]?.position).toBe(1)
      expect(rows.map(row => row.sensor)).toEqual(['S', 'T'])
    }
  })
})

it('every rule that a scan can find broken has its case here', () => {
  const elsewhere = ['line_too_long', 'too_old', 'too_many_sensors']
  expect([...CASES.map(([reason]) => reason), ...elsewhere].sort()).toEqual(Object.keys(REASONS).sort())
})

describe('a line that breaks several rules', () => {
  it('names each of them once', () => {
    const bad = line({
      sensor_id: 5,
      timestamp: 'x',
      average_speed: -1,
      latitude: 91,
      vehicle_types: { car: 'a', bus: 'b' },
    })
    expect(scan([bad]).rejects[0]?.reasons).toEqual([
      'sensor_id_type',
      'timestamp_format',
      'average_speed_range',
      'vehicle_types_type',
      'latitude_range',
    ])
  })
})

describe('a valid line', () => {
  it('becomes metric, whole numbers', () => {
    const full = {
      sensor_id: 'INT-0305-SENSOR-01',
      intersection_id: 'INT-0305',
      timestamp: '2026-03-15T07:59:30.125-04:00',
      vehicle_count: 12,
      average_speed: 31.4,
      occupancy_rate: 0.1234567,
      vehicle_types: { car: 9, truck: 2, motorcycle: 0, bus: 1 },
      wait_time_seconds: 12.3456,
      queue_length: 4,
      signal_state: 'Red',
      latitude: 40.7128,
      longitude: -74.006,
      district: 'Downtown',
    }
    const [row] = scan([JSON.stringify(full)]).rows
    expect(row).toMatchObject({
      sensor: 'INT-0305-SENSOR-01',
      site: 'INT-0305',
      district: 'Downtown',
      time: '2026-03-15T11:59:30.125Z',
      vehicles: 12,
      speedMH: 50_533,
      occupancy: 123_457,
      types: [9, 2, 0, 1],
      waitMs: 12_346,
      queue: 4,
      signal: 'red',
      latitude: 40.7128,
      longitude: -74.006,
    })
  })

  it('leaves absent what is missing or null', () => {
    const [row] = scan([line({ average_speed: null })]).rows
    expect(row).toMatchObject({
      vehicles: 1,
      speedMH: null,
      types: [null, null, null, null],
      signal: null,
      site: null,
    })
  })

  it('may escape its strings, and means the same', () => {
    const plain = scan([line({ sensor_id: 'a/b é' })]).rows[0]
    const escaped = raw('"vehicle_count":1').replace('"S"', '"a\\/b \\u00e9"')
    expect(scan([escaped]).rows[0]).toEqual(plain)
  })

  it('means the last of a key that comes twice', () => {
    expect(scan([raw('"vehicle_count":1,"vehicle_count":7')]).rows[0]?.vehicles).toBe(7)
    expect(scan([raw('"vehicle_count":"x","vehicle_count":7')]).rejects).toEqual([])
    expect(scan([raw('"vehicle_count":7,"vehicle_count":"x"')]).rejects).toHaveLength(1)
  })

  it('does not take fields from the prototype', () => {
    const { rows, rejects } = scan([
      raw('"vehicle_count":1,"__proto__":{"average_speed":7}'),
      raw('"__proto__":{"vehicle_count":7}'),
      raw('"vehicle_count":1,"constructor":1,"toString":"x"'),
    ])
    expect(rows.map(row => [row.vehicles, row.speedMH])).toEqual([
      [1, null],
      [1, null],
    ])
    expect(rejects.map(r => r.reasons)).toEqual([['no_measure']])
  })

  it('reads numbers to the last bit', () => {
    const values = ['0.30000000000000004', '29.999999999999996', '1e-7', '0.1', '37.5000000000000000001']
    const rows = scan(values.map(v => raw(`"average_speed":${v}`))).rows
    expect(rows.map(row => row.speedMH)).toEqual(values.map(v => Math.floor(Number(v) * 1609.344 + 0.5)))
  })
})

describe('content', () => {
  it('is the same for the same reading in any writing, and another for any change', () => {
    const same = [
      line({ average_speed: 30, latitude: 1, district: 'd' }),
      ` ${line({ average_speed: 30.0, latitude: 1, district: 'd', firmware: 7 })}`,
      raw('"district":"\\u0064","latitude":1.0,"average_speed":3e1,"vehicle_count":1'),
    ]
    const other = [
      line({ average_speed: 31, latitude: 1, district: 'd' }),
      line({ average_speed: 30, latitude: 1.00001, district: 'd' }),
      line({ average_speed: 30, latitude: 1, district: 'e' }),
      line({ average_speed: 30, latitude: 1 }),
      line({ average_speed: 30, latitude: 1, district: 'd', queue_length: 0 }),
      line({ average_speed: 30, latitude: 1, intersection_id: 'd' }),
    ]
    expect(new Set(scan(same).rows.map(row => row.content)).size).toBe(1)
    expect(new Set(scan([...same, ...other]).rows.map(row => row.content)).size).toBe(1 + other.length)
  })
})

describe('drift', () => {
  it('names unknown fields, nested ones too, with where they were seen first and last', () => {
    const { drift, rejects } = scan(
      [
        line({}),
        line({ firmware: 1 }),
        line({ vehicle_types: { bicycle: 2 } }),
        line({ firmware: 'x' }),
        line({ ключ: [] }),
      ],
      scanner(),
      10,
    )
    expect(rejects).toEqual([])
    expect([...drift].map(([field, d]) => [field, d.firstPosition, d.lastPosition])).toEqual([
      ['firmware', 11, 13],
      ['vehicle_types.bicycle', 12, 12],
      ['ключ', 14, 14],
    ])
  })

  it('is not noted of lines in quarantine', () => {
    expect(scan([line({ sensor_id: 5, firmware: 1 })]).drift.size).toBe(0)
  })

  it('is bounded', () => {
    const lines = Array.from({ length: 1100 }, (_, i) => line({ [`field${i}`]: 1 }))
    const { drift } = scan([...lines, line({ ['y'.repeat(1000)]: 1 })])
    expect(drift.size).toBe(1001)
    expect(drift.get('…')).toMatchObject({ firstPosition: 1000, lastPosition: 1100 })
  })
})

describe('a bare NaN', () => {
  it('names its field and hides no other, and the line is kept as it is', () => {
    const text =
      '{"sensor_id":"S","timestamp":"yesterday","vehicle_count":NaN,"average_speed":999,"vehicle_types":{"car":-Infinity}}'
    const { rejects } = scan([text])
    expect(rejects.map(({ reasons, line: kept }) => [reasons, Buffer.from(kept).toString()])).toEqual([
      [['timestamp_format', 'vehicle_count_type', 'average_speed_range', 'vehicle_types_type'], text],
    ])
  })
})

describe('too_many_sensors', () => {
  it('takes the sensors it knows and no new ones, however their lines are written', () => {
    const by = scanner({ maxSensors: 2 })
    const lines = ['A', 'B', 'C', 'A', 'C'].map(sensor_id => line({ sensor_id }))
    const slow = ['C', 'B'].map(sensor_id => ` ${line({ sensor_id })}`)
    const { rows, rejects } = scan([...lines, ...slow], by)
    expect(rows.map(row => row.sensor)).toEqual(['A', 'B', 'A', 'B'])
    expect(rejects.map(r => r.reasons)).toEqual([
      ['too_many_sensors'],
      ['too_many_sensors'],
      ['too_many_sensors'],
    ])
    expect(by.sensors.size).toBe(2)
  })
})
