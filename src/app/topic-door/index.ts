import type { FastifyInstance } from 'fastify'
import type { Config } from '../../core/config/index.ts'
import type { AppError } from '../../core/errors.ts'
import { topicWriter } from '../../outputs/kafka/producer.ts'
import { TopicLog } from '../../outputs/kafka/topic-log.ts'
import { lineLog } from '../../serve/logging/log-lines.ts'
import { RequestError } from '../../serve/problems.ts'
import { RequestTimes } from '../../serve/request-times.ts'
import type { Door } from '../../serve/routes/readings.ts'
import { buildTopicDoor, doorMetrics } from '../../serve/topic-door/index.ts'
import { FairDoor, ingestBody, oversizeDigests } from '../../sources/http/index.ts'
import { clientOptions, connectKafka } from '../../sources/kafka/client/platformatic.ts'
import type { MqttFeed } from '../../sources/mqtt/index.ts'
import { version } from '../cli/version.ts'
import { refusalOf } from '../doors/admission.ts'
import { listenAt } from '../doors/listen.ts'
import { shutDown } from '../shutdown-steps.ts'
import type { ShutdownSteps } from '../shutdown-steps.ts'
import { CLIENT_ID, HEAD_BYTES, longestLine } from './bounds.ts'
import { BrokerWatch } from './broker-watch.ts'
import { readMqttIntoTopics } from './mqtt-reading.ts'
import type { DoorMqtt } from './mqtt-reading.ts'
import type { TopicDoorSettings } from './settings.ts'

export { leaveMqtt } from './leave.ts'
export { mqttDoorsOf } from './mqtt-settings.ts'
export { chosenDoor, topicDoorsOf } from './settings.ts'
export type { TopicDoorSettings } from './settings.ts'

export interface TopicDoorDeps {
  readonly settings: TopicDoorSettings
  /** Brokers of MQTT that it reads. */
  readonly mqtt: readonly MqttFeed[]
  readonly config: Config
  readonly onProgress: (line: string) => void
}

export interface RunningDoor {
  readonly url: string
  stop(): Promise<void>
}

const RETRY_S = 2

/**
 * Starts a door that publishes what it takes in, and answers once every broker in sync has it. It has no folder and no lake: what is
 * not acknowledged is forgotten with it, and any number of them may stand beside each other.
 */
export async function startTopicDoor(deps: TopicDoorDeps): Promise<RunningDoor> {
  const undo: ShutdownSteps = []
  const stop = () => shutDown(undo)
  try {
    const { app, readMqtt } = open(deps, undo)
    const url = await listenAt(app, deps.config.server)
    await readMqtt()
    return { url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

interface OpenDoor {
  readonly app: FastifyInstance
  /** Begins to read the brokers of MQTT. */
  readonly readMqtt: () => Promise<void>
}

function open({ settings, config, mqtt, onProgress }: TopicDoorDeps, undo: ShutdownSteps): OpenDoor {
  const { name, connection, topics } = settings
  const counts = new Map([...topics.values()].map(({ topic }) => [topic, { records: 0, failures: 0 }]))
  const watch = watchBrokers(settings, onProgress, undo)
  const log = new TopicLog({
    topics,
    writerOf: () => topicWriter(name, clientOptions(connection, CLIENT_ID)),
    onSent: (topic, messages, error) => {
      const count = counts.get(topic)
      if (count !== undefined && error === null) count.records += messages
      if (count !== undefined && error !== null) count.failures++
      if (error !== null) watch.doubt()
    },
  })
  undo.push(() => log.close())
  const requests = new RequestTimes()
  let reading: DoorMqtt | null = null
  const figures = () => ({
    topics: [...counts].map(([topic, count]) => ({ topic, ...count })),
    waiting: log.waiting,
    isReady: watch.away === null,
    mqtt: reading?.status() ?? [],
  })
  const { host, allowedHosts, tokens } = config.server
  const { format, level } = config.log
  const { door, close } = intake(config, log, watch)
  const app = buildTopicDoor({
    ...settings,
    door,
    unready: () => watch.away,
    metrics: doorMetrics(figures, version(), requests),
    requests,
    security: { host, allowedHosts, tokens, adminSecret: '' },
    version: version(),
    log: { level, stream: lineLog(format, level, line => process.stderr.write(line)).sink },
  })
  undo.push(() => app.close())
  undo.push(close)
  const readMqtt = async () => {
    const closed = () => watch.away
    const bounds = { maxLineBytes: longestLine(config), headBytes: HEAD_BYTES }
    reading = await readMqttIntoTopics({ feeds: mqtt, log, closed, ...bounds, onProgress })
    undo.push(reading.stop)
  }
  return { app, readMqtt }
}

function watchBrokers(
  { connection, topics }: TopicDoorSettings,
  onProgress: (line: string) => void,
  undo: ShutdownSteps,
): BrokerWatch {
  const broker = connectKafka(connection, CLIENT_ID)
  const watch = new BrokerWatch({
    broker,
    topics: [...topics.values()].map(({ topic }) => topic),
    onChange: problem => onProgress(problem ?? 'The brokers answer, and have every topic.'),
  })
  const over = new AbortController()
  const watching = watch.run(over.signal)
  undo.push(async () => {
    over.abort()
    await watching
    await broker.close().catch(() => undefined)
  })
  return watch
}

/** What takes deliveries, as a whole system does, fair among those who deliver. */
function intake(config: Config, log: TopicLog, watch: BrokerWatch) {
  const { limits } = config
  const { maxBodyBytes, maxBodyRecords } = limits
  const fair = new FairDoor({
    maxRecords: limits.backlogRecords,
    maxBytes: limits.backlogBytes,
    // What is on its way to the brokers it counts itself; nothing waits behind it.
    backlog: () => ({ records: 0, bytes: 0 }),
    loaded: () => log.next,
    closed: () =>
      watch.away === null
        ? null
        : { status: 503, code: 'ART_BROKERS_AWAY', detail: watch.away, retryAfterS: RETRY_S },
    now: () => performance.now(),
  })
  const bounds = {
    ...{ log, now: Date.now, maxBodyBytes, maxBodyRecords },
    oversize: oversizeDigests(HEAD_BYTES),
    maxLineBytes: longestLine(config),
  }
  const door: Door = {
    mode: 'real',
    admission: sender => refusalOf(fair, sender),
    ingest: async (body, request) => {
      if (request.intervalS !== null) throw intervalElsewhere()
      const pass = fair.enter(request.sender, request.signal, request.cut)
      const given = { ...request, stream: request.stream ?? undefined, pass }
      const taken = await ingestBody(body, given, bounds).finally(() => pass.leave())
      // Where they will stand in the log of who reads the topics, nobody knows here.
      return { ...taken, positions: [] }
    },
  }
  const close = () => {
    fair.close()
    return Promise.resolve()
  }
  return { door, close }
}

function intervalElsewhere(): AppError {
  return new RequestError(
    'ART_PARAMETER',
    'interval_s: a message has no place for it; give intervalS at the feed that reads the topic (kafka.feeds), or the interval in the sensor register.',
  )
}
