import { describe, expect, it } from 'vitest'
import { WireReading } from '../../../src/core/schema/reading.ts'
import { config, linesBetween, simulation } from './fixture.ts'

const parse = (lines: string[]) => lines.map(line => WireReading.parse(JSON.parse(line)))

describe('readingGenerator', () => {
  it('yields each sensor once an interval, in order of time, whole seconds', () => {
    const readings = parse(linesBetween('2026-06-16T12:00:00Z', '2026-06-16T12:05:00Z'))
    expect(readings).toHaveLength(1000)
    const times = readings.map(reading => Date.parse(reading.timestamp))
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(new Set(readings.map(reading => `${reading.sensor_id} ${reading.timestamp}`)).size).toBe(1000)
    const one = times.filter((_, i) => readings[i]?.sensor_id === 'INT-0305-SENSOR-01')
    expect(one.slice(1).map((time, i) => time - one[i]!)).toEqual(Array<number>(9).fill(30_000))
  })

  it('has something new every second', () => {
    const readings = parse(linesBetween('2026-06-16T12:00:00Z', '2026-06-16T12:01:00Z'))
    expect(new Set(readings.map(reading => reading.timestamp)).size).toBe(60)
  })

  it('gives the same readings however a window is cut', () => {
    const whole = linesBetween('2026-06-16T11:59:50Z', '2026-06-16T12:01:10Z')
    const cut = [
      ['2026-06-16T11:59:50Z', '2026-06-16T12:00:03Z'],
      ['2026-06-16T12:00:03Z', '2026-06-16T12:00:03Z'],
      ['2026-06-16T12:00:03Z', '2026-06-16T12:00:30Z'],
      ['2026-06-16T12:00:30Z', '2026-06-16T12:01:10Z'],
    ].flatMap(([from = '', to = '']) => linesBetween(from, to))
    expect(cut).toEqual(whole)
  })

  it('does not depend on what was asked before', () => {
    const { generator } = simulation()
    const at = (iso: string) =>
      [...generator.between(Date.parse(iso), Date.parse(iso) + 30_000)].map(c => c.lines.toString())
    const first = at('2026-06-16T12:00:00Z')
    at('2026-01-01T00:00:00Z')
    at('2026-06-16T12:10:00Z')
    expect(at('2026-06-16T12:00:00Z')).toEqual(first)
  })

  it('hands on bounded, countable pieces', () => {
    const { generator } = simulation({}, 7)
    const pieces = [
      ...generator.between(Date.parse('2026-06-16T12:00:00Z'), Date.parse('2026-06-16T12:01:00Z')),
    ]
    expect(Math.max(...pieces.map(piece => piece.count))).toBe(7)
    expect(pieces.reduce((sum, piece) => sum + piece.count, 0)).toBe(200)
    for (const { lines, count, firstMs, lastMs } of pieces) {
      const readings = parse(lines.toString().trimEnd().split('\n'))
      expect(readings).toHaveLength(count)
      expect(Date.parse(readings[0]!.timestamp)).toBe(firstMs)
      expect(Date.parse(readings.at(-1)!.timestamp)).toBe(lastMs)
    }
  })

  it('writes fields in the order sensors send them', () => {
    const [line = ''] = linesBetween('2026-06-16T12:00:00Z', '2026-06-16T12:00:10Z')
    expect(Object.keys(JSON.parse(line) as object)).toEqual([
      'sensor_id',
      'intersection_id',
      'timestamp',
      'vehicle_count',
      'average_speed',
      'occupancy_rate',
      'vehicle_types',
      'wait_time_seconds',
      'queue_length',
      'signal_state',
      'latitude',
      'longitude',
      'district',
    ])
  })

  it('is empty for an empty window', () => {
    expect(linesBetween('2026-06-16T12:00:00Z', '2026-06-16T12:00:00Z')).toEqual([])
  })

  it('covers a scaled city too', () => {
    const readings = parse(
      linesBetween('2026-06-16T12:00:00Z', '2026-06-16T12:01:00Z', { readingsPerMinute: 5000 }),
    )
    expect(readings).toHaveLength(5000)
    expect(new Set(readings.map(reading => reading.sensor_id)).size).toBe(2500)
  })

  it('keeps to an interval that does not divide the minute', () => {
    const readings = parse(
      linesBetween('2026-06-16T12:00:00Z', '2026-06-16T12:07:00Z', { ...config, intervalS: 7 }),
    )
    expect(readings).toHaveLength(6000)
  })
})
