import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { zoneOffsets } from '../../../../src/core/time/index.ts'
import { Bytes, Columns } from '../../../../src/lake/readings/scan/index.ts'
import { FastParser } from '../../../../src/lake/readings/scan/fast.ts'
import { parseSlowly } from '../../../../src/lake/readings/scan/slow.ts'
import { TimestampParser } from '../../../../src/lake/columns/timestamp.ts'
import { ARRIVED_MS, RULES } from './scanned.ts'

const zone = zoneOffsets('America/New_York')
const NEWEST = ARRIVED_MS + RULES.maxFutureMs

/** The scratch row's values, sensor, site and district; null where the path says no. */
function fast(parser: FastParser, line: Buffer) {
  const c = new Columns(1)
  const buf = Buffer.concat([line, Buffer.from('\n')])
  const next = parser.parse(new Bytes(buf), 0, c, RULES.oldestMs, NEWEST)
  if (next < 0) return null
  expect(next).toBe(buf.length)
  const text = (start: number, end: number) => (start < 0 ? null : buf.toString('utf8', start, end))
  return {
    ...values(c),
    sensor: text(parser.sensorStart, parser.sensorEnd),
    site: text(parser.siteStart, parser.siteEnd),
    district: text(parser.districtStart, parser.districtEnd),
    extras: [...new Set(parser.extrasSeen.map(i => parser.extras[i]!.toString().slice(0, -1)))].toSorted(),
  }
}

function slow(line: Buffer) {
  const c = new Columns(1)
  const read = parseSlowly(line, c, new TimestampParser(zone), RULES, NEWEST)
  return {
    reasons: read.reasons,
    reading: {
      ...values(c),
      sensor: read.sensor.toString(),
      site: read.site?.toString() ?? null,
      district: read.district?.toString() ?? null,
      extras: read.extras.toSorted(),
    },
  }
}

function values(c: Columns) {
  return {
    timeMs: c.timeMs[0],
    numbers: [c.vehicles, c.speed, c.occupancy, c.car, c.truck, c.motorcycle, c.bus, c.wait, c.queue].map(
      x => x[0],
    ),
    signal: c.signal[0],
    place: [c.latitude[0]! + 0, c.longitude[0]! + 0],
  }
}

/** Mostly `usual`, so that whole lines are valid often enough. */
const often = (usual: fc.Arbitrary<unknown>, ...rare: fc.Arbitrary<unknown>[]) =>
  fc.oneof(
    { weight: 40, arbitrary: usual },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(null, 'x', true, [], {}, '5', -1, 1e300, 0.1 + 0.2) },
    ...rare.map(arbitrary => ({ weight: 1, arbitrary })),
  )
const id = often(
  fc.constantFrom('S-1', 'INT-0001', 'a b', 'x'.repeat(128)),
  fc.constantFrom('ß', '', 'x'.repeat(129), ' ', ' a', '\u200b'),
  fc.string({ maxLength: 12 }),
)
const count = often(fc.integer({ min: 0, max: 10_000 }), fc.constantFrom(-0, 100_000, 100_001, 0.5, 5e-324))
const real = (max: number) =>
  often(
    fc.integer({ min: 0, max: max * 100 }).map(n => n / 100),
    fc.double({ min: 0, max, noNaN: true }),
    fc.double(),
  )
const timestamp = often(
  fc
    .date({ min: new Date('2000-01-02'), max: new Date('2026-03-15'), noInvalidDate: true })
    .map(d => d.toISOString()),
  fc.constantFrom('2026-03-08T02:30', '2025-11-02 01:30:00', '2026-03-15T12:05:00.001Z'),
  fc.constantFrom('2026-01-01T00:00:00,5+0530', 'now', '1999-01-01T00:00Z'),
)

const record = fc.record(
  {
    sensor_id: id,
    timestamp,
    intersection_id: id,
    vehicle_count: count,
    average_speed: real(150),
    occupancy_rate: real(1),
    vehicle_types: often(
      fc.record(
        { car: count, truck: count, motorcycle: count, bus: count, bicycle: count },
        { requiredKeys: [] },
      ),
    ),
    wait_time_seconds: real(86_400),
    queue_length: count,
    signal_state: often(fc.constantFrom('red', 'GREEN', 'yellow'), fc.constantFrom('blue', 'gre\u0000n')),
    latitude: real(90),
    longitude: real(180),
    district: id,
    firmware: often(fc.constantFrom<unknown>('1.2', 7, -0.5, true), fc.jsonValue({ maxDepth: 1 })),
  },
  { requiredKeys: ['sensor_id', 'timestamp', 'vehicle_count'] },
)

/** Entries in any order, some twice, with white space. */
const line = fc
  .tuple(
    fc.array(record, { minLength: 1, maxLength: 2 }),
    fc.infiniteStream(fc.nat(1000)),
    fc.constantFrom('', '', ' ', '\t', '\r'),
  )
  .map(([records, random, end]) => {
    const next = () => random.next().value as number
    const entries = records.flatMap((r, i) => Object.entries(r).filter(() => i === 0 || next() < 10))
    if (next() < 300) entries.sort(() => next() - 500)
    const space = () => (next() < 50 ? ' ' : '')
    const fields = entries.map(
      ([key, value]) => `${space()}${JSON.stringify(key)}${space()}:${space()}${JSON.stringify(value)}`,
    )
    return Buffer.from(`{${fields.join(',')}${space()}}${end}`)
  })

/** A line with a few bytes changed, lost or doubled. */
const mutated = fc
  .tuple(line, fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }))
  .map(([bytes, changes]) => {
    let out = bytes
    for (const [where, kind, byte] of changes) {
      const at = where % (out.length + 1)
      const insert =
        kind === 0
          ? []
          : kind === 1
            ? [byte === 10 ? 11 : byte]
            : [Buffer.from('0123456789.-eE{}[]",: ')[byte % 22]!]
      out = Buffer.concat([out.subarray(0, at), Buffer.from(insert), out.subarray(kind < 2 ? at + 1 : at)])
    }
    return out.includes(10) ? bytes : out
  })

describe('the fast path', () => {
  it('says yes only to what the slow path accepts, and reads the same from it', () => {
    const parser = new FastParser(new TimestampParser(zone))
    parser.learn('firmware')
    let taken = 0
    fc.assert(
      fc.property(fc.oneof(line, mutated), bytes => {
        const quick = fast(parser, bytes)
        if (quick === null) return
        taken++
        const { reasons, reading } = slow(bytes)
        expect(reasons).toEqual([])
        expect(quick).toEqual(reading)
      }),
      { numRuns: 6000, seed: 42 },
    )
    expect(taken).toBeGreaterThan(300)
  })

  it('takes the usual line, in any order of keys and with fields it has learnt', () => {
    const parser = new FastParser(new TimestampParser(zone))
    parser.learn('firmware')
    const usual = {
      sensor_id: 'S',
      timestamp: '2026-03-15T11:00:00Z',
      average_speed: 31.5,
      vehicle_types: { car: 1, bus: 2 },
    }
    expect(fast(parser, Buffer.from(JSON.stringify(usual)))).not.toBeNull()
    expect(
      fast(parser, Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(usual).reverse())))),
    ).not.toBeNull()
    expect(fast(parser, Buffer.from(JSON.stringify({ ...usual, firmware: '1.2' })))?.extras).toEqual([
      'firmware',
    ])
    expect(fast(parser, Buffer.from(JSON.stringify({ ...usual, colour: 'blue' })))).toBeNull()
  })

  it('never reads past its line', () => {
    const parser = new FastParser(new TimestampParser(zone))
    const whole = JSON.stringify({ sensor_id: 'S', timestamp: '2026-03-15T11:00:00Z', average_speed: 3 })
    for (let cut = 0; cut < whole.length; cut++) {
      const buf = Buffer.from(`${whole.slice(0, cut)}\n${whole.slice(cut)}\n`)
      expect(parser.parse(new Bytes(buf), 0, new Columns(1), RULES.oldestMs, NEWEST)).toBe(-1)
    }
  })
})
