import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Append, Frame } from '../../../../src/core/log.ts'
import type { RoundOptions, SegmentLog } from '../../../../src/log/segments/index.ts'
import { sidecarOf } from '../sample.ts'

export const START_MS = 1_760_000_000_000

/** A reading as a small city sends it; numbers differ from one to the next as they do in life. */
export function reading(n: number): string {
  const noise = ((n * 2_654_435_761) % 4_294_967_296) / 4_294_967_296
  return JSON.stringify({
    sensor_id: `INT-0${100 + (n % 97)}-SENSOR-0${1 + (n % 3)}`,
    timestamp: new Date(START_MS + n * 333).toISOString(),
    intersection_id: `INT-0${100 + (n % 97)}`,
    district: ['Downtown', 'Harbour', 'North'][n % 3],
    vehicle_count: Math.floor(noise * 40),
    average_speed: Math.round(noise * 450) / 10,
    occupancy_rate: Math.round(noise * 1000) / 1000,
    wait_time_seconds: Math.round(((n * 40_503) % 65_536) / 7) / 10,
    queue_length: Math.floor(noise * 12),
    vehicle_types: { car: Math.floor(noise * 30), truck: n % 3, motorcycle: n % 2, bus: n % 4 },
  })
}

export function lines(texts: readonly string[], n: number, overrides: Partial<Append> = {}): Append {
  return {
    kind: 'reading',
    source: 'http',
    arrivedAtMs: START_MS + n * 333 + ((n * 7919) % 37),
    intervalS: null,
    lines: Buffer.from(texts.map(text => `${text}\n`).join('')),
    count: texts.length,
    ...overrides,
  }
}

/** Appends of every kind, arrival, source and interval, among many of one line. */
export async function fill(log: SegmentLog, from: number, count: number): Promise<void> {
  for (let n = from; n < from + count; n++) {
    const texts = Array.from({ length: 1 + (n % 3) }, (_, i) => reading(3 * n + i))
    const odd: Partial<Append> =
      n % 50 === 7
        ? { kind: 'sensor', source: 'register' }
        : n % 31 === 5
          ? {
              source: `replay:${n % 2 === 0 ? 'käse' : 'b'}`,
              intervalS: 30.5,
              arrivedAtMs: START_MS + n + 0.25,
            }
          : n % 41 === 9
            ? { arrivedAtMs: -1, intervalS: 0 }
            : {}
    await log.append(lines(texts, n, odd))
  }
}

/** What the log says of every line, by position. */
export function told(frames: readonly Frame[]): Map<number, string> {
  const all = new Map<number, string>()
  for (const { lines: bytes, position, kind, source, arrivedAtMs, intervalS } of frames) {
    const head = JSON.stringify([kind, source, arrivedAtMs, intervalS])
    for (const [i, line] of bytes.toString().split('\n').slice(0, -1).entries())
      all.set(position + i, `${head} ${line}`)
  }
  return all
}

export function bases(dir: string): number[] {
  return readdirSync(dir)
    .filter(name => name.endsWith('.ndjson.zst'))
    .map(name => Number(name.slice(0, 20)))
    .sort((a, b) => a - b)
}

/** The sidecars of all segments. */
export function sidecars(dir: string): unknown {
  return bases(dir).map(base => sidecarOf(dir, base))
}

/** Bytes of segments and sidecars. */
export function bytesOf(dir: string): number {
  return readdirSync(dir)
    .filter(name => /^\d{20}\./.test(name))
    .reduce((sum, name) => sum + statSync(join(dir, name)).size, 0)
}

export const AT_ONCE: RoundOptions = { pace: () => Promise.resolve(), hasRoom: () => Promise.resolve(true) }
