import { expect, it } from 'vitest'
import { WireReading } from '../../../../src/core/schema/reading.ts'
import { buildCity, physicalRun } from '../../../../src/sources/simulator/index.ts'
import type { PhysicalFrame } from '../../../../src/sources/simulator/index.ts'
import { config, offset } from '../fixture.ts'

interface Truth {
  readonly kind: 'link' | 'city'
  readonly interval_end: string
  readonly interval_s: number
  readonly link_id: string
  readonly entered: number
  readonly left: Readonly<Record<string, number>>
  readonly delay_s: Readonly<Record<string, number | null>>
  readonly speed_kmh: number | null
  readonly vehicles: number
  readonly started: number
  readonly on_the_way: number
}

interface Span {
  readonly from: string
  readonly to: string
  readonly gridSize?: number
  readonly seed?: number
  readonly truthIntervalS?: number
}

function run({ from, to, gridSize = 4, seed = 42, truthIntervalS = 300 }: Span): PhysicalFrame[] {
  const city = buildCity({ ...config, gridSize, seed })
  const span = { fromMs: Date.parse(from), toMs: Date.parse(to) }
  // While the city fills it says nothing.
  return [...physicalRun({ city, offset, truthIntervalS, ...span })].filter(
    ({ truthCount }) => truthCount > 0,
  )
}

const bytesOf = (frames: readonly PhysicalFrame[]) => [
  Buffer.concat(frames.map(({ readings }) => readings)).toString(),
  frames.map(({ truth }) => truth).join(''),
]
const linesOf = <T>(text: string): T[] =>
  text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as T)

/** A Tuesday; New York is five hours behind. */
const PEAK = { from: '2026-11-24T12:40:00Z', to: '2026-11-24T13:05:00Z' }

it('yields each sensor of the city once an interval, in order of time, as wire records that agree with themselves', () => {
  const [text = ''] = bytesOf(run(PEAK))
  const readings = linesOf<unknown>(text).map(line => WireReading.parse(line))
  expect(readings).toHaveLength(16 * 50)
  expect(new Set(readings.map(one => `${one.sensor_id} ${one.timestamp}`)).size).toBe(16 * 50)
  const times = readings.map(({ timestamp }) => timestamp)
  expect(times).toEqual(times.toSorted())
  expect([times.every(time => time >= PEAK.from), times.every(time => time < PEAK.to)]).toEqual([true, true])
  const { sensors } = buildCity({ ...config, gridSize: 4 })
  for (const one of readings) {
    const sensor = sensors.find(({ sensor_id }) => sensor_id === one.sensor_id)
    expect(one).toMatchObject({
      intersection_id: sensor?.intersection_id,
      latitude: sensor?.latitude,
      longitude: sensor?.longitude,
      district: sensor?.district,
    })
    const { car = 0, truck = 0, motorcycle = 0, bus = 0 } = one.vehicle_types ?? {}
    expect((car ?? 0) + (truck ?? 0) + (motorcycle ?? 0) + (bus ?? 0)).toBe(one.vehicle_count)
    expect(one.wait_time_seconds === null).toBe(one.vehicle_count === 0)
    // Free speeds are 45–65 km/h, and drivers differ by a few eighths at the most.
    expect(one.average_speed ?? 0).toBeLessThan(55)
  }
  expect(new Set(readings.map(one => one.signal_state))).toEqual(new Set(['green', 'yellow', 'red']))
})

it('is the same to the last byte with the same seed, and another with another seed', () => {
  const once = bytesOf(run(PEAK))
  expect(bytesOf(run(PEAK))).toEqual(once)
  expect(bytesOf(run({ ...PEAK, seed: 43 }))[0]).not.toBe(once[0])
})

it('gives the same readings however often the truth is told', () => {
  expect(bytesOf(run({ ...PEAK, truthIntervalS: 77 }))[0]).toBe(bytesOf(run(PEAK))[0])
})

it('tells the truth of every link: who came in is on it or has left it, and all intersections together saw who left', () => {
  const [text = '', truthText = ''] = bytesOf(run({ ...PEAK, truthIntervalS: 30 }))
  const truth = linesOf<Truth>(truthText)
  const links = Map.groupBy(
    truth.filter(({ kind }) => kind === 'link'),
    ({ link_id }) => link_id,
  )
  expect(links.size).toBe(16 * 4 + 16)
  const leftOf = (one: Truth) => Object.values(one.left).reduce((sum, n) => sum + n, 0)
  let crossed = 0
  for (const [id, intervals] of links) {
    intervals.slice(1).forEach((one, i) => {
      expect(one.vehicles).toBe((intervals[i]?.vehicles ?? 0) + one.entered - leftOf(one))
      for (const [name, left] of Object.entries(one.left)) expect(one.delay_s[name] === null).toBe(left === 0)
      expect(one.speed_kmh ?? 0).toBeLessThan(90)
    })
    const leadsOut = /-[NESW]$/.test(id)
    if (!leadsOut) crossed += intervals.reduce((sum, one) => sum + leftOf(one), 0)
  }
  const counted = linesOf<WireReading>(text).reduce((sum, one) => sum + (one.vehicle_count ?? 0), 0)
  // The two cut time differently, at the span's ends only.
  expect(counted / crossed).toBeCloseTo(1, 1)
  expect(counted).toBeGreaterThan(3000)
})

it('a span that does not divide into intervals of the truth ends with a shorter one', () => {
  const frames = run({ from: '2026-11-24T03:00:00Z', to: '2026-11-24T03:07:00Z' })
  expect(frames.map(({ untilMs }) => new Date(untilMs).toISOString())).toEqual([
    '2026-11-24T03:05:00.000Z',
    '2026-11-24T03:07:00.000Z',
  ])
  expect(frames.map(({ truth }) => linesOf<Truth>(truth)[0]?.interval_s)).toEqual([300, 120])
  expect(frames.map(({ truth, truthCount }) => linesOf(truth).length - truthCount)).toEqual([0, 0])
})

it('a weekday has a morning peak into the city and an evening peak out of it; Sunday has neither', () => {
  const day = (from: string, to: string) => run({ from, to, gridSize: 5, truthIntervalS: 900 })
  const byHour = (frames: readonly PhysicalFrame[]) => {
    const hours = new Array<number>(24).fill(0)
    for (const { readings } of frames)
      for (const one of linesOf<WireReading>(readings.toString())) {
        const hour = (new Date(one.timestamp).getUTCHours() + 24 - 5) % 24
        hours[hour] = (hours[hour] ?? 0) + (one.vehicle_count ?? 0)
      }
    return hours
  }
  const tuesday = day('2026-11-24T05:00:00Z', '2026-11-25T05:00:00Z')
  const hours = byHour(tuesday)
  const [night, morning, noon, evening] = [hours[3] ?? 0, hours[8] ?? 0, hours[12] ?? 0, hours[17] ?? 0]
  expect(night * 5).toBeLessThan(noon)
  expect(morning).toBeGreaterThan(1.3 * noon)
  expect(evening).toBeGreaterThan(1.3 * noon)

  const inward = (fromHour: number, toHour: number) => {
    const [from, to] = [fromHour + 5, toHour + 5].map(
      hour => Date.parse('2026-11-24T00:00:00Z') + hour * 3_600_000,
    )
    const among = tuesday.filter(({ untilMs }) => untilMs > (from ?? 0) && untilMs <= (to ?? 0))
    const sums = { in: 0, out: 0 }
    for (const one of linesOf<Truth>(bytesOf(among)[1] ?? ''))
      if (one.kind === 'link') {
        const [, start = '', end = ''] = /^(.*)>(.*)$/.exec(one.link_id) ?? []
        const isIn = fromMiddle(end) < fromMiddle(start)
        sums[isIn ? 'in' : 'out'] += one.entered
      }
    return sums.in / sums.out
  }
  expect(inward(7, 9)).toBeGreaterThan(1.1)
  expect(inward(16, 19)).toBeLessThan(0.9)

  const sunday = byHour(day('2026-11-22T05:00:00Z', '2026-11-23T05:00:00Z'))
  expect((sunday[8] ?? 0) / morning).toBeLessThan(0.4)
  expect(sunday.indexOf(Math.max(...sunday))).toBeGreaterThan(10)
})

/** Blocks from the middle of five streets each way. */
function fromMiddle(node: string): number {
  const [, row = 0, column = 0, outside] = /^INT-(\d\d)(\d\d)(-[NESW])?$/.exec(node) ?? []
  return Math.hypot(Number(row) - 2, Number(column) - 2) + (outside === undefined ? 0 : 1)
}
