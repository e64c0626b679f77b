import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import { EngineState, type Status } from './contract/index.ts'
import type { RequestTimes } from './request-times.ts'

export interface MetricSources {
  readonly status: () => Promise<Status> | Status
  /** Quarantined lines by reason; may fail while the engine is away, then the last known stand. */
  readonly quarantineReasons: () => Promise<readonly { stream: string; reason: string; lines: number }[]>
  readonly liveClients: () => number
  readonly version: string
  /** Of all addresses. */
  readonly requests: RequestTimes
  /** Where the loader's time went since the start, ms by stage. */
  readonly loaderStagesMs: () => Readonly<Record<string, number>>
}

export interface Metrics {
  readonly contentType: string
  readonly text: () => Promise<string>
}

/** What /metrics tells Prometheus; figures of the pipeline are taken when it asks. */
export function serverMetrics(sources: MetricSources): Metrics {
  const registry = processMetrics(sources.version, sources.requests)
  const takeStatus = pipelineMetrics(registry)
  const takeReasons = quarantineMetric(registry)
  const takeStages = loaderMetric(registry)
  return {
    contentType: registry.contentType,
    async text() {
      takeStatus(await sources.status(), sources.liveClients())
      takeStages(sources.loaderStagesMs())
      await sources.quarantineReasons().then(takeReasons, () => undefined)
      return registry.metrics()
    },
  }
}

/** What every role of the program tells of itself. */
export function processMetrics(version: string, requests: RequestTimes): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const name of MISNAMED) registry.removeSingleMetric(name)
  buildMetric(registry, version)
  registry.registerMetric(requests.metric)
  return registry
}

/** Gauges of the library that are called like counters: `promtool check metrics` refuses them. */
const MISNAMED = [
  'nodejs_active_resources_total',
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
]

function buildMetric(registry: Registry, version: string): void {
  new Gauge({
    name: 'arterial_build_info',
    help: '1; the labels say which version runs, and on which Node',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version, node: process.versions.node }, 1)
}

function quarantineMetric(registry: Registry) {
  const quarantined = new Gauge({
    name: 'arterial_quarantined_lines',
    help: 'Lines kept in quarantine, by broken rule; a line that broke several counts under each',
    labelNames: ['stream', 'reason'],
    registers: [registry],
  })
  return (reasons: readonly { stream: string; reason: string; lines: number }[]): void => {
    quarantined.reset()
    for (const { stream, reason, lines } of reasons) quarantined.set({ stream, reason }, lines)
  }
}

function loaderMetric(registry: Registry) {
  const stages = new Counter({
    name: 'arterial_loader_stage_seconds_total',
    help: 'Time the loader spent, by stage; stages overlap, because a batch is prepared while another is inserted',
    labelNames: ['stage'],
    registers: [registry],
  })
  return (ms: Readonly<Record<string, number>>): void => {
    stages.reset()
    for (const [stage, spent] of Object.entries(ms)) stages.inc({ stage }, spent / 1000)
  }
}

function keptMetrics(registry: Registry) {
  const bytes = new Gauge({
    name: 'arterial_folder_bytes',
    help: 'What the data folder takes of its disk, by part; together what du says',
    labelNames: ['part'],
    registers: [registry],
  })
  const unknown = new Gauge({
    name: 'arterial_log_unknown_records',
    help: 'Records kept of streams this program does not know',
    registers: [registry],
  })
  return ({ folder, log }: Status): void => {
    unknown.set(log.unknown)
    for (const [part, size] of Object.entries(folder?.bytes ?? {}))
      bytes.set({ part: part === 'setAside' ? 'set_aside' : part }, size)
  }
}

/** Of every declared stream beside the readings. */
function streamMetrics(registry: Registry) {
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `arterial_stream_${name}`, help, labelNames: ['stream'], registers: [registry] })
  const figures = {
    records: gauge('records', 'Lines of the stream that were loaded, valid or not'),
    rows: gauge('rows', 'Rows of its table; of things, versions'),
    quarantined: gauge('quarantined_lines', 'Lines of the stream that broke a rule'),
    repeats: gauge('repeated_records', 'Records of the stream that came again with the same content'),
    conflicts: gauge('conflicting_records', 'Records of the stream that came again with other content'),
  } as const
  const newest = gauge('newest_timestamp_seconds', 'Latest instant that a row of the stream is about')
  return ({ streams }: Status): void => {
    for (const stream of streams) {
      const label = { stream: stream.name }
      for (const [name, figure] of Object.entries(figures))
        figure.set(label, stream[name as keyof typeof figures])
      newest.set(label, stream.newestAt === null ? NaN : Date.parse(stream.newestAt) / 1000)
    }
  }
}

/** Of every topic that is read from a broker. */
function kafkaMetrics(registry: Registry) {
  const labelNames = ['feed', 'topic', 'partition'] as const
  const registers = [registry]
  const lag = new Gauge({
    name: 'arterial_kafka_lag_records',
    help: 'Offsets between what the log has of a partition and its newest record',
    labelNames,
    registers,
  })
  const next = new Gauge({
    name: 'arterial_kafka_next_offset',
    help: 'First offset of a partition that is not in the log',
    labelNames,
    registers,
  })
  const refused = new Gauge({
    name: 'arterial_kafka_refused_messages',
    help: 'Messages since the start that said no record and went to quarantine',
    labelNames: ['feed', 'topic'],
    registers,
  })
  const reading = new Gauge({
    name: 'arterial_kafka_reading',
    help: '1 while a feed is read, 0 while it fails or waits',
    labelNames: ['feed'],
    registers,
  })
  return ({ kafka = [] }: Status): void => {
    for (const { name: feed, state, topics } of kafka) {
      reading.set({ feed }, state === 'reading' ? 1 : 0)
      for (const { topic, partitions, refused: count } of topics) {
        refused.set({ feed, topic }, count)
        for (const one of partitions) {
          const label = { feed, topic, partition: String(one.partition) }
          lag.set(label, one.lag ?? NaN)
          next.set(label, one.next)
        }
      }
    }
  }
}

/** Of every topic that is written. */
function kafkaOutputMetrics(registry: Registry) {
  const gauge = (name: string, help: string) =>
    new Gauge({
      name: `arterial_kafka_output_${name}`,
      help,
      labelNames: ['output', 'topic'],
      registers: [registry],
    })
  const behind = gauge('lag_records', 'Records that the lake has and the topic was not told of')
  const failing = gauge('failing', '1 while the topic can’t be written, else 0')
  return ({ kafkaOutputs = [] }: Status): void => {
    for (const { name: output, topics } of kafkaOutputs)
      for (const one of topics) {
        behind.set({ output, topic: one.topic }, one.behind ?? NaN)
        failing.set({ output, topic: one.topic }, one.message === null ? 0 : 1)
      }
  }
}

/** Of every topic that is read from an MQTT broker. */
export function mqttMetrics(registry: Registry) {
  const registers = [registry]
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `arterial_mqtt_${name}`, help, labelNames: ['feed', 'topic'], registers })
  const figures = {
    messages: gauge('messages', 'Messages since the start that are durable'),
    refused: gauge('refused_messages', 'Messages since the start that said no record and went to quarantine'),
    repeated: gauge('repeated_messages', 'Messages since the start that the broker sent again'),
  } as const
  const reading = new Gauge({
    name: 'arterial_mqtt_reading',
    help: '1 while a feed is read, 0 while it fails or waits',
    labelNames: ['feed'],
    registers,
  })
  const subscribed = gauge('subscribed', '1 while the broker sends what comes to a topic, else 0')
  return ({ mqtt = [] }: Pick<Status, 'mqtt'>): void => {
    for (const { name: feed, state, topics } of mqtt) {
      reading.set({ feed }, state === 'reading' ? 1 : 0)
      for (const { topic, state: asked, ...counts } of topics) {
        subscribed.set({ feed, topic }, asked === 'subscribed' ? 1 : 0)
        for (const [name, figure] of Object.entries(figures))
          figure.set({ feed, topic }, counts[name as keyof typeof figures])
      }
    }
  }
}

/** Of publishing; nothing where no tables are published. */
function tablesMetrics(registry: Registry) {
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `arterial_tables_${name}`, help, registers: [registry] })
  const figures = {
    lagS: gauge('lag_seconds', 'Age of the oldest record that the lake has and some open table has not'),
    lagRecords: gauge('lag_records', 'Records that the lake has and some open table has not'),
    failing: gauge('refused', 'Open tables that can’t go on'),
    rows: gauge('rows', 'Rows of the newest versions of open tables'),
    bytes: gauge('bytes', 'Bytes of the newest versions of open tables'),
  } as const
  const failing = gauge('publishing_failing', '1 while the place or a table refuses, else 0')
  return ({ tables }: Status): void => {
    for (const [name, figure] of Object.entries(figures))
      figure.set(tables?.[name as keyof typeof figures] ?? NaN)
    failing.set(tables === undefined ? NaN : tables.state === 'failing' ? 1 : 0)
  }
}

/** Of a copy of another server; nothing anywhere else. */
function followMetrics(registry: Registry) {
  const lag = new Gauge({
    name: 'arterial_follow_lag_records',
    help: 'Records that the followed server has published and the own log has not',
    registers: [registry],
  })
  return ({ follow }: Status): void => {
    const { published = null, position = 0 } = follow ?? {}
    lag.set(published === null ? NaN : Math.max(0, published - position))
  }
}

/** Of backups on a schedule; nothing where there are none. */
function backupMetrics(registry: Registry) {
  const lag = new Gauge({
    name: 'arterial_backup_lag_seconds',
    help: 'Since the newest backup was begun, or since the start where there is none',
    registers: [registry],
  })
  return ({ backup }: Status): void => lag.set(backup?.lagS ?? NaN)
}

function pipelineMetrics(registry: Registry) {
  const registers = [registry]
  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers })

  const accepted = counter('arterial_log_records_total', 'Records the log has made durable')
  const loaded = counter('arterial_readings_loaded_total', 'Distinct valid readings in silver')
  const repeats = counter(
    'arterial_readings_repeated_total',
    'Readings received again with the same content, not counted twice',
  )
  const conflicts = counter(
    'arterial_readings_conflicting_total',
    'Readings received again with other content',
  )
  const restarts = counter('arterial_engine_restarts_total', 'Restarts of the engine since the start')
  const logBytes = gauge('arterial_log_bytes', 'Bytes of the log on disk')
  const backlogRecords = gauge('arterial_backlog_records', 'Durable records not yet in every layer')
  const backlogBytes = gauge('arterial_backlog_bytes', 'Bytes of them')
  const freshness = gauge('arterial_freshness_seconds', 'From durable to visible in gold', ['percentile'])
  const rows = gauge('arterial_layer_rows', 'Rows, by layer', ['layer'])
  const bytes = gauge('arterial_layer_bytes', 'Bytes on disk, by layer', ['layer'])
  const engine = gauge('arterial_engine_state', '1 for the state the engine is in', ['state'])
  const problems = gauge('arterial_problems', 'What is wrong now, by code', ['code'])
  const lost = gauge('arterial_lost_records', 'Acknowledged records that were lost, at most', ['state'])
  const free = gauge('arterial_disk_free_bytes', 'Free on the disk of the data folder')
  const newest = gauge('arterial_newest_reading_timestamp_seconds', 'When the newest reading was measured')
  const ready = gauge('arterial_ready', '1 when the server answers reads')
  const clients = gauge('arterial_live_clients', 'Open live streams')

  const takeKept = keptMetrics(registry)
  const takeStreams = streamMetrics(registry)
  const takeKafka = kafkaMetrics(registry)
  const takeKafkaOutputs = kafkaOutputMetrics(registry)
  const takeMqtt = mqttMetrics(registry)
  const takeTables = tablesMetrics(registry)
  const takeBackup = backupMetrics(registry)
  const takeFollow = followMetrics(registry)
  const put = (target: Counter, value: number) => {
    target.reset()
    target.inc(value)
  }

  return (status: Status, liveClients: number): void => {
    put(accepted, status.log.accepted)
    put(loaded, status.layers.silver.rows)
    put(repeats, status.repeats)
    put(conflicts, status.conflicts)
    put(restarts, status.engine.restarts)
    logBytes.set(status.log.bytes)
    backlogRecords.set(status.backlog.records)
    backlogBytes.set(status.backlog.bytes)
    for (const [name, percentile] of [
      ['p50', '50'],
      ['p95', '95'],
      ['p99', '99'],
    ] as const) {
      freshness.set({ percentile }, (status.freshnessMs[name] ?? NaN) / 1000)
    }
    for (const [layer, size] of Object.entries(status.layers)) {
      rows.set({ layer }, size.rows)
      bytes.set({ layer }, size.bytes)
    }
    for (const state of EngineState.options) engine.set({ state }, state === status.engine.state ? 1 : 0)
    problems.reset()
    for (const { code } of status.problems) problems.set({ code }, 1)
    lost.set({ state: 'open' }, status.losses.openRecords)
    lost.set({ state: 'acknowledged' }, status.losses.records - status.losses.openRecords)
    free.set(status.disk.freeBytes ?? NaN)
    takeKept(status)
    takeStreams(status)
    takeKafka(status)
    takeKafkaOutputs(status)
    takeMqtt(status)
    takeTables(status)
    takeFollow(status)
    takeBackup(status)
    newest.set(status.newestAt === null ? NaN : Date.parse(status.newestAt) / 1000)
    ready.set(status.ready ? 1 : 0)
    clients.set(liveClients)
  }
}
