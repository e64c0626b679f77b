import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Follower } from '../../src/insight/follow/follower.ts'
import { readStanding } from '../../src/insight/follow/saved-state.ts'
import { streams } from '../lake/streams/sample/index.ts'
import { between, pick } from '../random.ts'
import type { Random } from '../random.ts'
import type { Lake } from './lake.ts'

/** When everything arrives. */
export const NOW = Date.parse('2026-03-02T12:00:00Z')
const FIRST = Date.parse('2026-03-01T00:00:00Z')
const at = (second: number) => new Date(FIRST + second * 1000).toISOString()
const EACH = 7
const EACH_CALL = 5
/** Sensors, stations and times are drawn out of so many that some repeat. */
const SECONDS = 80_000

export const countedStreams = {
  list: streams,
  url: new URL('../lake/streams/sample/index.ts', import.meta.url).href,
}

export interface Count {
  readonly n: number
}

/** Counts rows of three kinds, and calls at each seventh. */
export const counter: Follower<Count> = {
  ...{ name: 'counter', streams: ['readings', 'air', 'kiosks'], into: 'calls', start: { n: 0 } },
  step: ({ n }, { stream, position }) => ({
    state: { n: n + 1 },
    lines: (n + 1) % EACH === 0 ? [{ called_at: at(n + 1), what: 'fire', shape: { stream, position } }] : [],
  }),
}

/** Counts the calls of the other, and makes a plan of each fifth. */
export const planner: Follower<Count> = {
  ...{ name: 'planner', streams: ['calls'], into: 'plans', start: { n: 0 } },
  step: ({ n }) => ({
    state: { n: n + 1 },
    lines: (n + 1) % EACH_CALL === 0 ? [{ plan_id: 'p', updated_at: at(n + 1), title: String(n + 1) }] : [],
  }),
}

/** Appends some lines of each kind. */
export async function load(lake: Lake, random: Random, bodies: number): Promise<void> {
  const below = (end: number) => between(random, 0, end - 1)
  const draws = {
    reading: () => ({
      ...{ sensor_id: `S-${below(4)}`, timestamp: at(below(SECONDS)), vehicle_count: below(5) },
      ...{ intersection_id: 'A', district: 'north', latitude: 40.7, longitude: -74 },
    }),
    air: () => ({ station_id: `s${below(3)}`, timestamp: at(below(SECONDS / 40) * 40), dust: below(2) }),
    kiosks: () => ({ kiosk_id: `k${below(5)}`, name: pick(random, ['a', 'b']), latitude: 51 }),
  }
  for (let i = 0; i < bodies; i++)
    for (const [kind, draw] of Object.entries(draws)) {
      const lines = Array.from({ length: 1 + below(9) }, () => `${JSON.stringify(draw())}\n`)
      const frame = { kind, source: 'test', arrivedAtMs: NOW, intervalS: null }
      await lake.log.append({ ...frame, lines: Buffer.from(lines.join('')), count: lines.length })
    }
}

/** Until everybody has seen everything, also what they said themselves. */
export async function settled(lake: Lake, runners: readonly { readonly next: number }[]): Promise<void> {
  for (let calm = 0; calm < 3;) {
    await lake.level()
    const end = lake.log.synced
    while (runners.some(({ next }) => next < end)) await sleep(20)
    calm = lake.log.synced === end ? calm + 1 : 0
  }
}

export interface Counted {
  readonly rows: number
  readonly calls: number
  /** Counts that are not exact, and lines that are not there once. */
  readonly faults: readonly string[]
}

/** Compares what followers counted and said with the rows that there are. @param dir of their states */
export async function counted(lake: Lake, dir: string): Promise<Counted> {
  const tables = ['silver.readings', 'silver.air', 'silver.kiosks_versions']
  const rows = (await Promise.all(tables.map(table => lake.count(table)))).reduce((a, b) => a + b, 0)
  const calls = multiples(EACH, rows)
  const plans = multiples(EACH_CALL, calls.length)
  const state = async (name: string) =>
    ((await readStanding(join(dir, `${name}.json`)))?.state as Count | undefined)?.n
  const ints = async (sql: string) => (await lake.query<{ n: number }>(sql)).map(({ n }) => n)
  const second = `intDiv(toUnixTimestamp64Milli(called_at) - ${FIRST}, 1000)`
  const found: [string, unknown, unknown][] = [
    ['the count of rows', await state('counter'), rows],
    ['the count of calls', await state('planner'), calls.length],
    ['calls', await ints(`SELECT toInt64(${second}) AS n FROM silver.calls ORDER BY n`), calls],
    ['plans', await ints('SELECT toInt64(title) AS n FROM silver.plans_versions ORDER BY n'), plans],
  ]
  const faults = found
    .filter(([, is, wanted]) => JSON.stringify(is) !== JSON.stringify(wanted))
    .map(([what, is, wanted]) => `${what}: ${shortened(is)}, not ${shortened(wanted)}`)
  if (!(await lake.verify()).equal) faults.push('verify found differences')
  return { rows, calls: calls.length, faults }
}

function multiples(each: number, upto: number): number[] {
  return Array.from({ length: Math.floor(upto / each) }, (_, i) => each * (i + 1))
}

const shortened = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 200))
