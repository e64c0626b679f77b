import { describe, expect, it } from 'vitest'
import { AppendError } from '../../../src/core/errors.ts'
import type { Append, LogWriter } from '../../../src/core/log.ts'
import { SensorChange } from '../../../src/core/schema/sensor.ts'
import type { Sensor } from '../../../src/core/schema/sensor.ts'
import { runSimulator } from '../../../src/sources/simulator/run.ts'
import type { SimulatorOptions } from '../../../src/sources/simulator/run.ts'
import { simulatedStreams, streamGenerator, worldOf } from '../../../src/sources/simulator/streams/index.ts'
import { offset, simulation } from './fixture.ts'

const NOW = Date.parse('2026-06-16T12:00:00.400Z')

/** Runs on a clock that only `sleep` moves, and stops after so many sleeps. */
async function run(
  sleeps: number,
  changed: Partial<SimulatorOptions> = {},
  fail: (n: number) => boolean = () => false,
) {
  const appended: Append[] = []
  const stop = new AbortController()
  let clock = NOW
  let calls = 0
  let slept = 0
  const log: LogWriter = {
    append: batch => {
      if (fail(++calls)) return Promise.reject(new AppendError('disk away'))
      appended.push(batch)
      return Promise.resolve({ position: 0, count: batch.count })
    },
  }
  const { city, model } = simulation()
  await runSimulator({
    city,
    model,
    log,
    now: () => clock,
    sleep: ms => {
      clock += ms
      if (++slept >= sleeps) stop.abort()
      return Promise.resolve()
    },
    signal: stop.signal,
    resumeFromMs: null,
    ...changed,
  })
  const readings = appended.filter(batch => batch.kind === 'reading')
  const keysOf = () =>
    readings.flatMap(batch =>
      batch.lines
        .toString()
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line) as { sensor_id: string; timestamp: string })
        .map(({ sensor_id, timestamp }) => `${timestamp} ${sensor_id}`),
    )
  return { appended, readings, keysOf, city }
}

const min = (values: number[]) => values.reduce((least, value) => Math.min(least, value), Infinity)
const max = (values: number[]) => values.reduce((most, value) => Math.max(most, value), -Infinity)

/** How many readings the city sends from the first to the last of these seconds. */
function expectedCount(keys: string[]): number {
  const { generator } = simulation()
  const pieces = generator.between(min(times(keys)), max(times(keys)) + 1000)
  return [...pieces].reduce((sum, piece) => sum + piece.count, 0)
}

const times = (keys: string[]) => keys.map(key => Date.parse(key.split(' ')[0] ?? ''))

describe('runSimulator', () => {
  it('registers the city, fills the last 24 hours in frames of five minutes and goes on live', async () => {
    const { appended, readings, keysOf } = await run(3)
    const keys = keysOf()
    expect(appended[0]).toMatchObject({ kind: 'sensor', count: 100, source: 'register' })
    const firstChange: unknown = JSON.parse(appended[0]!.lines.toString().split('\n')[0] ?? '')
    expect(SensorChange.parse(firstChange)).toMatchObject({
      op: 'put',
      sensor: { sensor_id: 'INT-0000-SENSOR-01' },
    })

    expect(new Set(keys).size).toBe(keys.length)
    expect(times(keys)).toEqual(times(keys).sort((a, b) => a - b))
    const backfill = readings.filter(batch => batch.arrivedAtMs < NOW)
    expect(backfill.reduce((sum, batch) => sum + batch.count, 0)).toBe(288_000)
    expect(backfill.length).toBeGreaterThanOrEqual(288)
    expect(min(times(keys))).toBe(NOW - (NOW % 1000) + 1000 - 86_400_000)
    for (const batch of readings) expect(batch).toMatchObject({ source: 'simulator', intervalS: 30 })
  })

  it('never sends a reading before its time, and arrival never runs ahead of it', async () => {
    const { readings } = await run(4, { resumeFromMs: NOW - 60_000 })
    for (const { lines, arrivedAtMs } of readings) {
      const last = JSON.parse(lines.toString().trimEnd().split('\n').at(-1) ?? '') as { timestamp: string }
      expect(arrivedAtMs).toBeGreaterThanOrEqual(Date.parse(last.timestamp))
    }
    expect(readings.at(-1)?.arrivedAtMs).toBe(Date.parse('2026-06-16T12:00:03.000Z'))
  })

  it('goes on where it stopped: nothing is left out, at most the last second comes again', async () => {
    const first = await run(2, { backfillHours: 1 })
    const resumeFromMs = max(times(first.keysOf()))
    const second = await run(90, { resumeFromMs })
    const all = [...first.keysOf(), ...second.keysOf()]
    const distinct = new Set(all)
    expect(all.length - distinct.size).toBeLessThanOrEqual(4)
    expect(distinct.size).toBe(expectedCount(all))
  })

  it('fills no gap longer than the backfill', async () => {
    const { keysOf } = await run(1, { resumeFromMs: NOW - 400 * 3_600_000, backfillHours: 2 })
    expect(keysOf()).toHaveLength(24_000)
  })

  it('waits when the clock is behind what was sent', async () => {
    const { readings } = await run(5, { resumeFromMs: NOW + 60_000 })
    expect(readings).toEqual([])
  })

  it('limits the backfill of a city scaled for load', async () => {
    const { city, model } = simulation({ readingsPerMinute: 60_000 })
    const { readings } = await run(1, { city, model })
    const count = readings.reduce((sum, batch) => sum + batch.count, 0)
    expect(count).toBeLessThanOrEqual(2_000_000)
    expect(count).toBeGreaterThan(1_900_000)
  })

  it('tries an append again until it succeeds, and says so', async () => {
    const problems: string[] = []
    const { keysOf } = await run(
      6,
      { backfillHours: 0.1, onProblem: p => problems.push(p.code) },
      n => n === 2 || n === 3,
    )
    const keys = keysOf()
    expect(problems).toEqual(['ART_LOG_APPEND', 'ART_LOG_APPEND'])
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys).toHaveLength(expectedCount(keys))
  })

  it('lets a failure rise that trying again cannot mend', async () => {
    const log: LogWriter = { append: () => Promise.reject(new Error('bug')) }
    await expect(run(1, { log })).rejects.toThrow('bug')
  })

  it('changes only what differs in the register, and removes what the city no longer has', async () => {
    const { city } = simulation()
    const registered = new Map<string, Sensor>(city.sensors.map(sensor => [sensor.sensor_id, { ...sensor }]))
    expect(
      (await run(1, { registered, backfillHours: 0 })).appended.filter(batch => batch.kind === 'sensor'),
    ).toEqual([])

    registered.set('INT-0001-SENSOR-01', { ...city.sensors[1]!, lanes: 9 })
    registered.set('INT-1234-SENSOR-07', { ...city.sensors[1]!, sensor_id: 'INT-1234-SENSOR-07' })
    registered.set('loop-773869', { ...city.sensors[1]!, sensor_id: 'loop-773869' })
    const { appended } = await run(1, { registered, backfillHours: 0 })
    const changes = appended
      .filter(batch => batch.kind === 'sensor')
      .flatMap(batch => batch.lines.toString().trimEnd().split('\n'))
      .map(line => SensorChange.parse(JSON.parse(line)))
    expect(changes).toEqual([
      { op: 'put', sensor: city.sensors[1] },
      { op: 'remove', sensor_id: 'INT-1234-SENSOR-07' },
    ])
  })

  describe('with streams', () => {
    const withStreams = () => {
      const { city, model } = simulation()
      return {
        city,
        model,
        streams: streamGenerator(worldOf(city, model, offset), new Set(simulatedStreams)),
      }
    }
    const linesOf = (appended: readonly Append[]) =>
      appended
        .filter(batch => batch.kind !== 'reading' && batch.kind !== 'sensor')
        .flatMap(({ kind, lines }) =>
          lines
            .toString()
            .trimEnd()
            .split('\n')
            .map(line => `${kind} ${line}`),
        )

    it('fills the past of every stream, each before its readings, and never ahead of its time', async () => {
      const { appended } = await run(2, { ...withStreams(), backfillHours: 3 })
      expect(new Set(appended.map(batch => batch.kind))).toEqual(
        new Set(['sensor', 'reading', ...simulatedStreams]),
      )
      for (const { kind, lines, arrivedAtMs, count, intervalS } of appended) {
        const records = lines.toString().trimEnd().split('\n')
        expect(records).toHaveLength(count)
        if (kind === 'reading' || kind === 'sensor') continue
        expect(intervalS).toBe(null)
        for (const line of records) {
          const record = JSON.parse(line) as Record<string, string>
          const time = record['updated_at'] ?? record['issued_at'] ?? record['timestamp']
          if (time !== undefined) expect(Date.parse(time)).toBeLessThanOrEqual(arrivedAtMs)
        }
      }
      const weatherAt = appended.findIndex(batch => batch.kind === 'weather')
      expect(weatherAt).toBeLessThan(appended.findIndex(batch => batch.kind === 'reading'))
      // A frame of each stream an hour, not one every five minutes.
      expect(appended.filter(batch => batch.kind === 'weather').length).toBeLessThan(8)
    })

    it('goes on where it stopped: nothing is left out, whenever it was killed', async () => {
      const whole = await run(700, { ...withStreams(), backfillHours: 0 })
      const killed = await run(400, { ...withStreams(), backfillHours: 0 })
      // The readings of the last seconds are lost; what the streams said then is there already, or comes again.
      const resumeFromMs = max(times(killed.keysOf())) - 100_000
      const again = await run(700, {
        ...withStreams(),
        resumeFromMs,
        present: new Map([['weather', new Map()]]),
      })
      const missing = new Set(linesOf(whole.appended))
      for (const line of [...linesOf(killed.appended), ...linesOf(again.appended)]) missing.delete(line)
      expect([...missing]).toEqual([])
    })

    it('leaves no announcement out over a pause longer than the backfill', async () => {
      let clock = NOW
      const appended: Append[] = []
      const stop = new AbortController()
      let slept = 0
      const log: LogWriter = {
        append: batch => {
          appended.push(batch)
          return Promise.resolve({ position: 0, count: batch.count })
        },
      }
      await runSimulator({
        ...withStreams(),
        log,
        now: () => clock,
        sleep: () => {
          clock += slept === 1 ? 5 * 86_400_000 : 1000
          if (++slept === 3) stop.abort()
          return Promise.resolve()
        },
        signal: stop.signal,
        resumeFromMs: null,
        backfillHours: 0.1,
      })
      const { streams } = withStreams()
      const wanted = streams.announced(NOW, NOW + 5 * 86_400_000).flatMap(({ stream, lines }) =>
        lines
          .toString()
          .trimEnd()
          .split('\n')
          .map(line => `${stream} ${line}`),
      )
      expect(wanted.length).toBeGreaterThan(10)
      const said = new Set(linesOf(appended))
      expect(wanted.filter(line => !said.has(line))).toEqual([])
    })

    it('tries a stream’s append again before it goes on with readings', async () => {
      let failed = 0
      const { appended } = await run(40, { ...withStreams(), backfillHours: 0.1 }, () => failed++ < 12)
      const kinds = new Set(linesOf(appended).map(line => line.split(' ')[0]))
      expect(kinds).toEqual(new Set(simulatedStreams))
    })
  })

  it('reports how far the gap is filled', async () => {
    const done: number[] = []
    await run(2, { backfillHours: 1, onProgress: p => done.push(p.done) })
    expect(done.slice(0, 12)).toEqual([...done.slice(0, 12)].sort((a, b) => a - b))
    expect(done.at(-1)).toBe(1)
  })
})
