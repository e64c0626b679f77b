import { z } from 'zod'
import { KafkaOutputStatus, KafkaStatus } from './intake/kafka.ts'
import { MqttStatus } from './intake/mqtt.ts'
import { FollowStatus } from './intake/follow.ts'
import { LossSummary } from './loss.ts'
import { BackupStatus } from './outlet/backup.ts'
import { TablesStatus } from './outlet/tables.ts'

const count = z.number().int().nonnegative()
const bytes = (description: string) => count.meta({ unit: 'byte', description })
const layer = z.strictObject({ rows: count, bytes: count.meta({ unit: 'byte', description: 'On disk' }) })

/** What is wrong now, in words an operator can act on. */
export const Problem = z.strictObject({
  code: z.string().meta({ description: 'Stable, e.g. "engine_down", "disk_full", "log_damaged"' }),
  message: z.string(),
  since: z.iso.datetime(),
})
export type Problem = z.infer<typeof Problem>

export const EngineState = z.enum(['starting', 'ready', 'restarting', 'stopped'])
export type EngineState = z.infer<typeof EngineState>

/** One stream: what came and what became of it. */
export const StreamStatus = z.strictObject({
  name: z.string(),
  title: z.string(),
  records: count.meta({ description: 'Lines that were loaded, valid or not' }),
  rows: count.meta({ description: 'In its table; of things, versions' }),
  quarantined: count,
  repeats: count.meta({ description: 'The same came again' }),
  conflicts: count.meta({ description: 'Came again with other content; what came first counts' }),
  newestAt: z.iso
    .datetime()
    .nullable()
    .meta({ description: 'Latest instant that a row is about; of things, the newest version' }),
})
export type StreamStatus = z.infer<typeof StreamStatus>

/** What the settings say of the city. */
export const City = z.strictObject({
  name: z.string(),
  latitude: z.number(),
  longitude: z.number(),
  timeZone: z.string(),
  units: z.enum(['metric', 'us']),
  tileStyle: z.string().nullable(),
})
export type City = z.infer<typeof City>

/** GET /v1/status. `backlog.records` 0 means every layer is complete up to `log.position`. */
export const Status = z.strictObject({
  version: z.string(),
  ready: z.boolean(),
  city: City,
  mode: z.enum(['simulated', 'real']),
  /** Newest measured_at of silver; "now" for historical data. Null while there is none. */
  newestAt: z.iso.datetime().nullable(),
  log: z.strictObject({
    accepted: count.meta({ description: 'Records received that are readings, valid or not' }),
    bytes: count,
    position: count,
    unknown: count.meta({
      description:
        'Records of streams that this program does not know: kept for one that does, in no other figure',
    }),
  }),
  layers: z.strictObject({
    bronze: layer,
    silver: layer,
    quarantine: layer,
    gold: layer,
  }),
  streams: z.array(StreamStatus).meta({ description: 'Every declared stream beside the readings' }),
  repeats: count.meta({ description: 'Readings received again with the same content, not counted twice' }),
  conflicts: count.meta({
    description: 'Readings received again with other content; the first arrival counts',
  }),
  backlog: z.strictObject({ records: count, bytes: count, position: count }),
  freshnessMs: z.strictObject({
    p50: z.number().nullable(),
    p95: z.number().nullable(),
    p99: z.number().nullable(),
  }),
  rates: z.strictObject({ acceptedPerS: z.number(), loadedPerS: z.number() }),
  engine: z.strictObject({ state: EngineState, restarts: count }),
  disk: z.strictObject({
    freeBytes: count
      .nullable()
      .meta({ unit: 'byte', description: 'Left on the disk of the data folder; null: nobody can tell' }),
    state: z.enum(['ok', 'low', 'full']).meta({
      description: 'low: no readings are taken; full: nothing is loaded either, until there is room',
    }),
  }),
  /** What the data folder takes of its disk, as `du` says; walked each 30 s at most while somebody asks. Null before the first walk has ended. */
  folder: z
    .strictObject({
      measuredAt: z.iso.datetime(),
      totalBytes: bytes('All of it: the sum of its parts'),
      bytes: z.strictObject({
        segments: bytes('The log and what tells where its lines are'),
        lake: bytes('The tables, and what the engines need beside them'),
        oversize: bytes('Lines too long for the log'),
        setAside: bytes('What was damaged and is kept: lakes, and pieces of the log'),
        rest: bytes('Everything else, such as notes and the folder itself'),
      }),
    })
    .nullable(),
  kafka: KafkaStatus.optional().meta({
    description: 'Clusters that are read; absent where the settings name none',
  }),
  kafkaOutputs: KafkaOutputStatus.optional().meta({
    description: 'Clusters that are written to; absent where the settings name none',
  }),
  mqtt: MqttStatus.optional().meta({
    description: 'MQTT brokers that are read; absent where the settings name none',
  }),
  tables: TablesStatus.optional().meta({
    description: 'Publishing of open tables; absent where the settings name no place for them',
  }),
  backup: BackupStatus.optional().meta({
    description: 'Backups on a schedule; absent where the settings name none',
  }),
  follow: FollowStatus.optional().meta({
    description: 'Of a server that follows the tables of another one; absent in any other',
  }),
  problems: z.array(Problem),
  losses: LossSummary,
})
export type Status = z.infer<typeof Status>
