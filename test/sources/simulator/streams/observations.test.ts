import { describe, expect, it } from 'vitest'
import type { WireReading } from '../../../../src/core/schema/reading.ts'
import { readingGenerator } from '../../../../src/sources/simulator/index.ts'
import type { CityConfig } from '../../../../src/sources/simulator/index.ts'
import { camerasOf } from '../../../../src/sources/simulator/streams/cameras.ts'
import { MOST_MISSED, worldOf } from '../../../../src/sources/simulator/streams/index.ts'
import { observationFeed } from '../../../../src/sources/simulator/streams/observations.ts'
import { offset, simulation } from '../fixture.ts'

const FROM = Date.parse('2026-06-16T20:00:00Z')
const KINDS = ['car', 'truck', 'motorcycle', 'bus'] as const

interface Observation {
  camera_id: string
  timestamp: string
  counts: Record<string, number>
  mean_speed?: number
  stopped_vehicles: number
  confidence: number
  interval_seconds: number
}

function both(changed: Partial<CityConfig> = {}, spanMs = 600_000) {
  const { city, model } = simulation(changed)
  const { cameras } = worldOf(city, model, offset)
  const { spanS } = cameras
  const observations = observationFeed(cameras)
    .between(FROM, FROM + spanMs, false)
    .map(({ record }) => record as Observation)
  const readings = [...readingGenerator(city, model).between(FROM - spanS * 1000, FROM + spanMs + 1000)]
    .flatMap(({ lines }) => lines.toString().trimEnd().split('\n'))
    .map(line => JSON.parse(line) as WireReading)
  return { city, observations, readings, spanS }
}

/** The readings of the camera's intersection in the span that it counted. */
function readingsSeen({ readings, spanS }: ReturnType<typeof both>, one: Observation): WireReading[] {
  const endMs = Date.parse(one.timestamp)
  return readings.filter(({ intersection_id, sensor_id, timestamp }) => {
    const atMs = Date.parse(timestamp)
    return (
      intersection_id === one.camera_id.replace('CAM-', 'INT-') &&
      /-0[12]$/.test(sensor_id) &&
      atMs > endMs - spanS * 1000 &&
      atMs <= endMs
    )
  })
}

describe('observationFeed', () => {
  it.each([{}, { intervalS: 7 }, { intervalS: 300 }, { gridSize: 3, readingsPerMinute: 80 }])(
    'counts what the detectors there count, less the few that it overlooks: %o',
    changed => {
      const run = both(changed, changed.intervalS === 300 ? 1_800_000 : 240_000)
      expect(run.observations.length).toBeGreaterThan(0)
      for (const one of run.observations) {
        const seen = readingsSeen(run, one)
        const sensors = new Set(seen.map(reading => reading.sensor_id)).size
        expect(seen).toHaveLength((sensors * run.spanS) / (changed.intervalS ?? 30))
        for (const kind of KINDS) {
          const truth = seen.reduce((sum, reading) => sum + (reading.vehicle_types?.[kind] ?? 0), 0)
          expect(one.counts[kind]).toBeLessThanOrEqual(truth)
          expect(one.counts[kind]).toBeGreaterThanOrEqual(Math.floor(truth * (1 - MOST_MISSED)))
        }
        const speeds = seen.flatMap(reading => reading.average_speed ?? [])
        if (one.mean_speed !== undefined) {
          expect(one.mean_speed).toBeGreaterThan(Math.min(...speeds) * 0.9)
          expect(one.mean_speed).toBeLessThan(Math.max(...speeds) * 1.1)
        }
      }
    },
  )

  it('overlooks few by day in dry weather', () => {
    const run = both()
    const counted = run.observations.reduce(
      (sum, one) => sum + KINDS.reduce((all, kind) => all + (one.counts[kind] ?? 0), 0),
      0,
    )
    const truth = run.observations.reduce(
      (sum, one) =>
        sum + readingsSeen(run, one).reduce((all, reading) => all + (reading.vehicle_count ?? 0), 0),
      0,
    )
    expect(counted / truth).toBeGreaterThan(0.9)
    expect(counted / truth).toBeLessThanOrEqual(1)
  })

  it('gives one for each camera and minute', () => {
    const { city, observations } = both({}, 120_000)
    expect(observations).toHaveLength(2 * camerasOf(city).length)
    for (const one of observations) {
      expect(one.interval_seconds).toBe(60)
      expect(one.confidence).toBeGreaterThan(0.7)
      expect(Date.parse(one.timestamp) % 60_000).toBe(0)
    }
  })
})
