import { Readable } from 'node:stream'
import type { Status } from '../../src/serve/contract/index.ts'
import { countOf } from '../../src/core/positions.ts'
import type { LakeReader, OutcomeReader, Row } from '../../src/lake/read/index.ts'
import { tableOf } from '../../src/lake/read/index.ts'
import { LiveHub, StreamTopics } from '../../src/serve/live/index.ts'
import type { ServerDeps } from '../../src/serve/server.ts'
import type { SqlAnswer } from '../../src/serve/sql/index.ts'

export const ADMIN_SECRET = 'the-administrators-secret'

export const status: Status = {
  version: '0.0.0',
  ready: true,
  city: { name: 'Test', latitude: 40, longitude: -74, timeZone: 'UTC', units: 'metric', tileStyle: null },
  mode: 'real',
  newestAt: '2026-03-01T00:00:00.000Z',
  log: { accepted: 10, bytes: 1000, position: 10, unknown: 0 },
  layers: {
    bronze: { rows: 10, bytes: 1 },
    silver: { rows: 8, bytes: 2 },
    quarantine: { rows: 1, bytes: 3 },
    gold: { rows: 4, bytes: 4 },
  },
  repeats: 1,
  conflicts: 0,
  streams: [],
  backlog: { records: 0, bytes: 0, position: 10 },
  freshnessMs: { p50: 100, p95: 250, p99: null },
  rates: { acceptedPerS: 1, loadedPerS: 1 },
  engine: { state: 'ready', restarts: 2 },
  problems: [{ code: 'disk_nearly_full', message: 'Free some space.', since: '2026-03-01T00:00:00Z' }],
  disk: { freeBytes: 50_000_000_000, state: 'ok' },
  folder: {
    measuredAt: '2026-03-01T00:00:00.000Z',
    totalBytes: 36_864,
    bytes: { segments: 4_096, lake: 20_480, oversize: 4_096, setAside: 0, rest: 8_192 },
  },
  losses: { open: [], openCount: 0, openRecords: 0, count: 0, records: 0 },
}

/** A reader over rows in memory, which honours order, key and limit as the lake does; `tables` may change between pages. */
export function fakeLake(tables: Readonly<Record<string, Row[]>> = {}): LakeReader {
  const pageOf: LakeReader['page'] = async (list, query, limit) => {
    const key = (row: Row) => tableOf(list).key.map(({ name }) => row[name] as string | number)
    const sign = query.order === 'asc' ? 1 : -1
    const { after } = query
    const rows = [...(tables[typeof list === 'string' ? list : list.from] ?? [])]
      .sort((a, b) => sign * compare(key(a), key(b)))
      .filter(row => after === undefined || sign * compare(key(row), after) > 0)
    const last = rows[limit - 1]
    return { rows: rows.slice(0, limit), next: rows.length > limit && last !== undefined ? key(last) : null }
  }
  return {
    page: pageOf,
    export: async (list, query, limit) => {
      const { rows, next } = await pageOf(list, query, limit)
      return { body: Readable.from(rows.map(row => `${Object.values(row).join(',')}\n`)), next }
    },
    quarantineReasons: async () => [
      {
        stream: 'readings',
        reason: 'speed_range',
        lines: 3,
        first_seen: '2026-03-01T00:00:00Z',
        last_seen: '2026-03-01T00:00:01Z',
      },
    ],
    drift: async () => [],
    latestDistricts: async () => [],
    recentSites: async () => [],
  }
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [i, left] of a.entries()) {
    const right = b[i] ?? ''
    if (left !== right) return left < right ? -1 : 1
  }
  return 0
}

/** All lines it is asked about are new. */
const fakeOutcomes: OutcomeReader = {
  readings: async positions => ({
    new: countOf(positions),
    repeats: 0,
    conflicts: 0,
    quarantined: 0,
    reasons: [],
    keys: { conflicting: 0, most: 0, own: 0 },
  }),
  readingsOf: async () => 0,
  sensors: async positions => ({ new: countOf(positions), replaced: 0, repeats: 0, conflicts: 0 }),
  stream: async (_stream, positions) => ({
    new: countOf(positions),
    repeats: 0,
    conflicts: 0,
    quarantined: 0,
    reasons: [],
  }),
}

/** An answer to a user's SQL. */
export function fakeAnswer(text: string, truncated: boolean | null = false): SqlAnswer {
  return {
    contentType: 'application/json; charset=utf-8',
    body: Readable.from([Buffer.from(text)], { objectMode: false }),
    truncated: () => truncated,
  }
}

/** Nothing is done on a schedule. */
export const noJobs: ServerDeps['jobs'] = {
  list: () => [],
  runs: () => null,
  runNow: () => null,
  runDays: async () => null,
  breakOff: async () => null,
  landed: () => [],
  pause: async () => {},
  resume: async () => {},
}

/** No day was reported. */
export const noReports: ServerDeps['reports'] = {
  days: async () => [],
  report: async () => null,
  markdown: async () => null,
}

/** Nothing is published, and nobody may have it done. */
const noTables: ServerDeps['openTables'] = {
  tables: async () => [],
  work: Object.fromEntries(
    (['publish', 'verify', 'optimise', 'vacuum', 'rebuild'] as const).map(what => [
      what,
      async function* () {},
    ]),
  ) as unknown as ServerDeps['openTables']['work'],
}

export function fakeDeps(over: Partial<ServerDeps> = {}): ServerDeps {
  return {
    mode: 'real',
    streams: [],
    city: { name: 'Demo City', timeZone: 'America/New_York' },
    things: {
      now: () => 0,
      settled: async () => 0,
      append: async () => ({ position: 9, count: 1 }),
      shown: async () => true,
    },
    loaderStagesMs: () => ({ read: 10, insert: 250 }),
    admission: () => null,
    jobs: noJobs,
    reports: noReports,
    openTables: noTables,
    catalog: { list: async () => [], show: async () => null },
    ingest: async body => {
      let text = ''
      for await (const chunk of body) text += String(chunk)
      return { accepted: text.split('\n').filter(Boolean).length, position: '42', positions: [[41, 2]] }
    },
    lake: fakeLake(),
    outcomes: fakeOutcomes,
    incidents: {
      made: () => Infinity,
      outcome: async () => ({ new: 0, updated: 0, same: 0, linked: 0, joined: 0 }),
    },
    incidentRecord: {
      overview: async () => ({
        ...{
          total: 0,
          first_day: null,
          last_day: null,
          days_with_data: 0,
          days_without_data: 0,
          repaired: 0,
        },
        ...{ days: [], hours: [], types: [], quadrants: [], communities: [], weather: [] },
      }),
      points: async () => ({
        total: 0,
        ids: [],
        started_at: [],
        types: [],
        titles: [],
        communities: [],
        quadrants: [],
        longitudes: [],
        latitudes: [],
        weather: [],
      }),
      incident: async () => null,
      export: async () => Readable.from([Buffer.from('PAR1')], { objectMode: false }),
    },
    incidentAnalyst: {
      hotspots: async () => ({ state: 'computing', result: null }),
      clusters: async () => ({ state: 'computing', result: null }),
      rates: async () => ({ state: 'computing', result: null }),
      trend: async () => ({ state: 'computing', result: null }),
      beforeAfter: async () => ({ state: 'computing', result: null }),
      works: async () => ({ state: 'computing', result: null }),
      weatherRates: async () => ({ state: 'computing', result: null }),
      risk: async () => ({ state: 'computing', result: null }),
      riskQuality: async () => ({ state: 'ready', result: { judged: null } }),
      outlines: () => ({ type: 'FeatureCollection', features: [] }),
    },
    topics: new StreamTopics({ now: () => 0 }),
    live: new LiveHub({ now: () => 0, status: () => status, epoch: 'e' }),
    status: () => status,
    fresh: () => Promise.resolve(),
    sql: async read => {
      await read()
      return fakeAnswer('{"columns":[{"name":"n","type":"UInt8"}],"rows":[[1]],"truncated":false}')
    },
    admin: {
      async *verify() {
        yield { progress: 0.5, message: 'half' }
        yield { result: { equal: true } }
      },
      async *rebuild() {
        yield { result: {} }
      },
    },
    feeds: () => [],
    losses: { list: () => [], acknowledge: async () => null },
    alerts: { rules: () => [], deliveries: () => [], test: async () => null },
    incidentFeeds: { recent: async () => [], access: 'open' },
    register: {
      put: async sensors => ({ position: 7, count: sensors.length }),
      remove: async id => id === 'known',
    },
    snapshots: async () => null,
    security: { host: '127.0.0.1', tokens: [], adminSecret: ADMIN_SECRET },
    pageDir: null,
    version: '0.0.0',
    ...over,
  }
}

export function intersectionRow(over: Row = {}): Row {
  return {
    intersection_id: 'INT-0000',
    name: 'A St & 1 Ave',
    district: 'downtown',
    latitude: 40.7,
    longitude: -74,
    sensors: 1,
    lanes: 4,
    camera: false,
    ...over,
  }
}
