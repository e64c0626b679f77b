import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { streams } from '../../../src/streams/index.ts'
import type { CityConfig } from '../../../src/sources/simulator/index.ts'
import { simulatedStreams, streamGenerator, worldOf } from '../../../src/sources/simulator/streams/index.ts'
import type { StreamLines } from '../../../src/sources/simulator/streams/index.ts'
import { offset, simulation } from './fixture.ts'
import { faultsOf } from './streams/fields.ts'

const ALL = new Set<string>(simulatedStreams)
const HOUR_MS = 3_600_000
const NOON = Date.parse('2026-06-16T16:00:00Z')

const generatorOf = (changed: Partial<CityConfig> = {}, names: ReadonlySet<string> = ALL) => {
  const { city, model } = simulation(changed)
  return streamGenerator(worldOf(city, model, offset), names)
}

type Said = Record<string, unknown>
const recordsOf = (batches: readonly StreamLines[], stream?: string): Said[] =>
  batches
    .filter(batch => stream === undefined || batch.stream === stream)
    .flatMap(({ lines }) =>
      lines
        .toString()
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line) as Said),
    )
const texts = (batches: readonly StreamLines[]) =>
  batches
    .flatMap(({ stream, lines }) =>
      lines
        .toString()
        .trimEnd()
        .split('\n')
        .map(line => `${stream} ${line}`),
    )
    .sort()

describe('streamGenerator', () => {
  const generator = generatorOf()

  it('says nothing that its stream’s declaration refuses, anywhere and at any time', () => {
    fc.assert(
      fc.property(
        fc.record({
          latitude: fc.double({ min: -90, max: 90, noNaN: true }),
          longitude: fc.double({ min: -180, max: 180, noNaN: true }),
          seed: fc.nat(),
          gridSize: fc.integer({ min: 1, max: 12 }),
          intervalS: fc.constantFrom(1, 7, 30, 60, 300, 3600),
          weatherIntervalS: fc.constantFrom(10, 300, 86_400),
        }),
        fc.integer({ min: Date.parse('2001-01-01'), max: Date.parse('2099-01-01') }),
        (changed, fromMs) => {
          const own = generatorOf(changed)
          const said = [
            ...own.opening(fromMs, fromMs, new Map()),
            ...own.between(fromMs, fromMs + 5 * HOUR_MS, true),
          ]
          for (const batch of said) {
            expect(ALL).toContain(batch.stream)
            const declared = streams.find(stream => stream.name === batch.stream)
            const records = recordsOf([batch])
            expect(records).toHaveLength(batch.count)
            if (declared === undefined) continue
            expect(records.flatMap(record => faultsOf(declared, record))).toEqual([])
          }
        },
      ),
      { numRuns: 20 },
    )
  })

  it('gives the same lines however a span is cut, run after run', () => {
    const whole = texts(generator.between(NOON, NOON + 2 * HOUR_MS, false))
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 7200 }), { maxLength: 20 }), cuts => {
        const edges = [0, ...cuts.sort((a, b) => a - b), 7200].map(second => NOON + second * 1000)
        const own = generatorOf()
        const parts = edges.slice(1).flatMap((toMs, i) => own.between(edges[i] ?? 0, toMs, false))
        expect(texts(parts)).toEqual(whole)
      }),
      { numRuns: 5 },
    )
  })

  it('says of a filled past nothing that it would not have said live', () => {
    const live = new Set(texts(generator.between(NOON, NOON + 6 * HOUR_MS, false)))
    const coarse = texts(generator.between(NOON, NOON + 6 * HOUR_MS, true))
    expect(coarse.filter(line => !live.has(line))).toEqual([])
    expect(coarse.length).toBeLessThan(live.size / 4)
    expect(coarse.length).toBeGreaterThan(1000)
  })

  it('lets stations report every five minutes and forecast every three hours, two days ahead', () => {
    const said = generator.between(NOON, NOON + 3 * HOUR_MS, false)
    expect(recordsOf(said, 'weather')).toHaveLength(3 * 36)
    const forecasts = recordsOf(said, 'weather-forecasts')
    expect(forecasts).toHaveLength(3 * 48)
    for (const { issued_at, valid_at } of forecasts) {
      const aheadMs = Date.parse(String(valid_at)) - Date.parse(String(issued_at))
      expect(aheadMs).toBeGreaterThanOrEqual(HOUR_MS)
      expect(aheadMs).toBeLessThanOrEqual(48 * HOUR_MS)
    }
  })

  it('has nothing to say in most seconds', () => {
    const seconds = Array.from({ length: 600 }, (_, i) => NOON + i * 1000)
    const speaking = seconds.filter(atMs => generator.between(atMs, atMs + 1000, false).length > 0)
    expect(speaking).toHaveLength(10)
  })

  it('generates only what somebody loads', () => {
    const own = generatorOf({}, new Set(['weather', 'readings', 'plans']))
    const said = [...own.opening(NOON, NOON, new Map()), ...own.between(NOON, NOON + HOUR_MS, true)]
    expect(new Set(said.map(batch => batch.stream))).toEqual(new Set(['weather']))
    expect(generatorOf({}, new Set()).between(NOON, NOON + HOUR_MS, false)).toEqual([])
  })

  it('opens an empty lake with registers, what was announced, the last weather, forecast and counts', () => {
    const opening = generator.opening(NOON + 1, NOON + 1, new Map())
    expect(new Set(opening.map(batch => batch.stream))).toEqual(ALL)
    expect(recordsOf(opening, 'weather')[0]).toMatchObject({ timestamp: '2026-06-16T16:00:00Z' })
    const { city } = simulation()
    expect(recordsOf(opening, 'cameras').map(camera => camera['intersection_id'])).toEqual(
      city.sites.filter(site => site.camera).map(site => site.id),
    )
    const announced = recordsOf(opening, 'events').map(event => Date.parse(String(event['updated_at'])))
    expect(Math.max(...announced)).toBeLessThanOrEqual(NOON)
    const later = recordsOf(generator.announced(NOON, NOON + 10 * 24 * HOUR_MS), 'events')
    expect(later.some(event => event['status'] === 'cancelled')).toBe(true)
    expect(later.every(event => Date.parse(String(event['updated_at'])) >= NOON)).toBe(true)
  })

  it('leaves no announcement out between an opening and the spans after it', () => {
    const daysMs = 21 * 24 * HOUR_MS
    const openings = texts([
      ...generator.opening(NOON, NOON, new Map()),
      ...generator.announced(NOON, NOON + daysMs),
    ])
    const later = texts(generator.opening(NOON + daysMs, NOON, new Map())).filter(line =>
      /^(events|work-zones) /.test(line),
    )
    expect(later.filter(line => !openings.includes(line))).toEqual([])
  })
})
