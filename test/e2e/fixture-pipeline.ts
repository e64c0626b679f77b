import type { Loss, QuarantinedLine, Status } from '../../src/serve/contract/index.ts'
import { fixtureStreams } from './fixture-streams.ts'

export interface StatusInput {
  readonly startedMs: number
  readonly nowMs: number
  readonly newestMs: number | null
  readonly units: 'metric' | 'us'
  readonly simulated: boolean
  readonly name: string
  readonly centre: readonly [number, number]
  readonly timeZone: string
  readonly troubled: boolean
  readonly lossy: boolean
}

/** A status that grows with time, as a running pipeline's does. */
export function fixtureStatus(input: StatusInput): Status {
  const { startedMs, nowMs, newestMs, units, simulated, name, centre, timeZone, troubled, lossy } = input
  const some = newestMs !== null
  const lines = some ? 288_412 + Math.floor((nowMs - startedMs) / 300) : 0
  const waiting = troubled ? 48_200 : 0
  return {
    version: '0.1.0',
    ready: true,
    city: { name, latitude: centre[0], longitude: centre[1], timeZone, units, tileStyle: null },
    mode: simulated ? 'simulated' : 'real',
    newestAt: newestMs === null ? null : new Date(newestMs).toISOString(),
    log: { accepted: lines, bytes: lines * 31, position: lines, unknown: 0 },
    layers: {
      bronze: { rows: lines, bytes: lines * 27 },
      silver: { rows: Math.max(0, lines - waiting - 2_206), bytes: lines * 17 },
      quarantine: { rows: some ? 1_742 : 0, bytes: some ? 412_000 : 0 },
      gold: {
        rows: some ? 29_904 + Math.floor((nowMs - startedMs) / 3_000) : 0,
        bytes: some ? 2_140_000 : 0,
      },
    },
    repeats: some ? 464 : 0,
    conflicts: some ? 3 : 0,
    streams: some && simulated ? fixtureStreams(newestMs) : [],
    backlog: { records: waiting, bytes: waiting * 360, position: lines - waiting },
    freshnessMs: some
      ? { p50: troubled ? 4_100 : 110, p95: troubled ? 9_400 : 260, p99: troubled ? 14_000 : 410 }
      : { p50: null, p95: null, p99: null },
    rates: some
      ? {
          acceptedPerS: 3.3 + Math.sin(nowMs / 7_000) * 0.4,
          loadedPerS: troubled ? 0 : 3.3 + Math.sin(nowMs / 7_000 - 0.4) * 0.4,
        }
      : { acceptedPerS: 0, loadedPerS: 0 },
    engine: { state: troubled ? 'restarting' : 'ready', restarts: troubled ? 2 : 0 },
    disk: { freeBytes: 50_000_000_000, state: 'ok' },
    folder: {
      measuredAt: new Date(nowMs).toISOString(),
      totalBytes: lines * 58 + 400_000,
      bytes: { segments: lines * 33, lake: lines * 25, oversize: 4_096, setAside: 0, rest: 395_904 },
    },
    losses: lossy
      ? { open: fixtureLosses(nowMs).slice(0, 1), openCount: 1, openRecords: 341, count: 2, records: 353 }
      : { open: [], openCount: 0, openRecords: 0, count: 0, records: 0 },
    problems: troubled
      ? [
          {
            code: 'engine_down',
            message:
              'The lake’s engine ended and is being restarted; readings are accepted and wait in the log.',
            since: new Date(nowMs - 42_000).toISOString(),
          },
        ]
      : [],
  }
}

/** One that nobody has noted yet, and one that somebody has. */
export function fixtureLosses(nowMs: number): Loss[] {
  const at = (hoursAgo: number) => new Date(nowMs - hoursAgo * 3_600_000).toISOString()
  const common = { layer: 'log' as const, table: null, in_lake: 0, set_aside: null }
  return [
    {
      ...common,
      ...{
        id: 'log-120344',
        from_position: 120_344,
        to_position: 120_685,
        records: 341,
        gone: 341,
        exact: true,
      },
      ...{ found_at: at(1), arrived_from: at(9), arrived_to: at(8.9), offset: 40_960, bytes: 4_096 },
      file: 'log/segments/00000000000000115200.log',
      message: 'Bytes 40,960 to 45,056 of log/segments/00000000000000115200.log are damaged',
      acknowledged: null,
    },
    {
      ...common,
      ...{ id: 'log-80012', from_position: 80_012, to_position: 80_024, records: 12, gone: 12, exact: false },
      ...{ found_at: at(60), arrived_from: null, arrived_to: null, offset: null, bytes: null },
      file: 'log/segments/00000000000000076800.log',
      message: 'The file log/segments/00000000000000076800.log ends early',
      acknowledged: { at: at(50), by: 'Ada', note: 'Disk of rack 4 replaced' },
    },
  ]
}

const BAD: readonly (readonly [string[], string])[] = [
  [
    ['average_speed_range'],
    '{"sensor_id":"INT-0305-SENSOR-01","timestamp":"2026-03-02T17:40:30Z","average_speed":412.5,"vehicle_count":12}',
  ],
  [['json_syntax'], '{"sensor_id":"INT-0102-SENSOR-01","timestamp":"2026-03-02T17:40:'],
  [
    ['timestamp_future'],
    '{"sensor_id":"INT-0808-SENSOR-01","timestamp":"2031-01-01T00:00:00Z","average_speed":22.1}',
  ],
  [['sensor_id_missing'], '{"timestamp":"2026-03-02T17:41:00Z","average_speed":31.0,"occupancy_rate":0.22}'],
  [
    ['occupancy_rate_range', 'queue_length_range'],
    '{"sensor_id":"INT-0404-SENSOR-01","timestamp":"2026-03-02T17:41:02Z","occupancy_rate":1.7,"queue_length":-4}',
  ],
  [['utf8'], '\u0000\u0001\ufffd\ufffdPK\u0003\u0004 not a reading at all'],
  [
    ['signal_state_value'],
    '{"sensor_id":"INT-0007-SENSOR-01","timestamp":"2026-03-02T17:41:10Z","signal_state":"purple","average_speed":20}',
  ],
]
const COUNTS = [702, 418, 233, 161, 118, 71, 39]

const OF_WEATHER = { stream: 'weather', reason: 'timestamp_future', lines: 4 } as const

export function fixtureReasons() {
  return [
    ...BAD.flatMap(([reasons], i) =>
      reasons.map(reason => ({ stream: 'readings', reason, lines: COUNTS[i] ?? 1 })),
    ),
    OF_WEATHER,
  ].map((row, i) => ({ ...row, first_position: 10 + i, last_position: 288_000 + i }))
}

/** 600 lines in pages; `before` is the position to go on from. */
export function fixtureLines(reason: string | null, before: number, limit: number, nowMs: number) {
  const items: QuarantinedLine[] = []
  let position = before
  while (items.length < limit && position > 287_400) {
    position--
    const [reasons, line] = BAD[position % BAD.length]!
    if (reason !== null && !reasons.includes(reason)) continue
    items.push({
      position,
      arrived_at: new Date(nowMs - (288_000 - position) * 9_000).toISOString(),
      source: position % 3 === 0 ? 'http' : 'simulator',
      stream: 'readings',
      reasons,
      bytes: Buffer.byteLength(line),
      line,
      file: null,
    })
  }
  return { items, next: position > 287_400 ? position : null }
}

/** The lines of `OF_WEATHER`. */
export function fixtureWeatherLines(nowMs: number): QuarantinedLine[] {
  const line = '{"station_id":"WX-1","timestamp":"2031-01-01T00:00:00Z","temperature_f":40}'
  return Array.from({ length: OF_WEATHER.lines }, (_, i) => ({
    ...{ position: 287_000 - i, arrived_at: new Date(nowMs - i * 60_000).toISOString(), source: 'http' },
    ...{ stream: 'weather', reasons: [OF_WEATHER.reason], bytes: Buffer.byteLength(line), line, file: null },
  }))
}

export function fixtureDrift(nowMs: number) {
  const field = (name: string, hours: number) => ({
    field: name,
    first_seen: new Date(nowMs - hours * 3_600_000).toISOString(),
    last_seen: new Date(nowMs - 30_000).toISOString(),
    first_position: 1_204 + hours,
    last_position: 288_011,
  })
  return [field('battery_voltage', 21), field('firmware', 9), field('vehicle_types.bicycle', 3)]
}
