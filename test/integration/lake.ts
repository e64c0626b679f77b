import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EngineUnavailableError } from '../../src/core/errors.ts'
import type { SensorChange } from '../../src/core/schema/sensor.ts'
import { Bronze } from '../../src/lake/bronze/index.ts'
import { startEmbeddedEngine } from '../../src/lake/engine/index.ts'
import type { Engine } from '../../src/lake/engine/index.ts'
import { writeFreeFlow } from '../../src/lake/gold/index.ts'
import {
  checkpointText,
  NO_CHECKPOINT,
  readCheckpoint,
  streamFloorsOf,
} from '../../src/lake/once/checkpoint.ts'
import { highestPosition } from '../../src/lake/once/lake-queries.ts'
import { Loader } from '../../src/lake/load/loader.ts'
import { sideTablesOf } from '../../src/lake/once/other-tables.ts'
import { NO_STREAMS } from '../../src/lake/load/streams.ts'
import type { StreamSet } from '../../src/lake/load/streams.ts'
import { migrate } from '../../src/lake/migrations/index.ts'
import { verify } from '../../src/lake/verify/index.ts'
import type { Verified } from '../../src/lake/verify/index.ts'
import { openLog } from '../../src/log/segments/index.ts'
import type { SegmentLog } from '../../src/log/segments/index.ts'

export const ZONE = 'America/New_York'
export const FREE_FLOW = { city: 50, districts: { north: 60 } } as const
export const RULES = {
  rules: {
    oldestMs: Date.parse('2000-01-01T00:00:00Z'),
    maxFutureMs: 300_000,
    maxSensors: 2_000_000,
    visibleIds: true,
  },
  zone: ZONE,
  intervalS: 30,
  maxIndexBytes: 256 * 1024 * 1024,
}

/** Log, engine and loader over one folder, which can be stopped, killed and damaged in every way. */
export class Lake {
  readonly folder: string
  readonly rules: typeof RULES
  /** Problems the loader named, newest last; null: over. */
  readonly problems: [string, string | null][] = []
  /** Streams the loader knows beside the readings, from its next start on. */
  streams: StreamSet = NO_STREAMS
  segmentBytes = 256 * 1024
  log!: SegmentLog
  engine!: Engine
  loader!: Loader

  constructor(folder: string, rules: Partial<typeof RULES> = {}) {
    this.folder = folder
    this.rules = { ...RULES, ...rules }
  }

  get checkpointPath(): string {
    return join(this.folder, 'checkpoint.json')
  }

  get logDir(): string {
    return join(this.folder, 'log')
  }

  async start(): Promise<this> {
    const { position: seenUpto } = await this.checkpoint()
    const lossesPath = join(this.folder, 'losses.json')
    const { segmentBytes } = this
    this.log = await openLog(this.logDir, { onProblem: () => {}, segmentBytes, lossesPath, seenUpto })
    await this.startEngine()
    await this.log.seen((await highestPosition(this.engine, sideTablesOf(this.streams.list))) + 1)
    await this.startLoader()
    return this
  }

  async stop(): Promise<void> {
    await this.loader.stop()
    await this.engine.stop()
    await this.log.close()
  }

  async startEngine(): Promise<void> {
    this.engine = await startEmbeddedEngine({
      dir: this.folder,
      onProblem: problem => console.error(`${this.folder}: ${problem}`),
    })
    await migrate(this.engine, this.logDir, this.streams.list)
    await writeFreeFlow(this.engine, FREE_FLOW.city, FREE_FLOW.districts, 1)
  }

  async startLoader(): Promise<void> {
    this.loader = new Loader({
      engine: this.engine,
      log: this.log,
      checkpointPath: this.checkpointPath,
      rules: this.rules,
      streams: this.streams,
      onLive: () => {},
      onProgress: () => {},
      onProblem: (code, message) => this.problems.push([code, message]),
    })
    for (;;) {
      try {
        await this.loader.start()
        return
      } catch (error) {
        // It was just killed: the server would be started anew.
        if (!(error instanceof EngineUnavailableError)) throw error
        await sleep(50)
      }
    }
  }

  /** @returns position of the first line */
  async append(
    lines: readonly (string | Buffer)[],
    frame: { arrivedAtMs: number; source?: string; intervalS?: number | null },
  ): Promise<number> {
    const { position } = await this.log.append({
      kind: 'reading',
      source: frame.source ?? 'test',
      arrivedAtMs: frame.arrivedAtMs,
      intervalS: frame.intervalS ?? null,
      lines: Buffer.concat(lines.flatMap(line => [Buffer.from(line as string), Buffer.from('\n')])),
      count: lines.length,
    })
    return position
  }

  async change(changes: readonly SensorChange[]): Promise<number> {
    const lines = Buffer.from(changes.map(change => `${JSON.stringify(change)}\n`).join(''))
    const { position } = await this.log.append({
      kind: 'sensor',
      source: 'register',
      arrivedAtMs: 0,
      intervalS: null,
      lines,
      count: changes.length,
    })
    return position
  }

  /** Until every layer is level with the log. */
  async level(): Promise<void> {
    while (this.loader.visible < this.log.synced) await sleep(10)
  }

  query<T>(sql: string, params: Record<string, unknown> = {}): Promise<T[]> {
    return this.engine.query<T>(sql, {
      params,
      session: 'load',
      settings: { output_format_json_quote_64bit_integers: 0 },
    })
  }

  exec(sql: string): Promise<void> {
    return this.engine.exec(sql, { session: 'load', settings: { mutations_sync: 1 } })
  }

  async count(table: string, where = '1'): Promise<number> {
    const [row] = await this.query<{ n: number }>(`SELECT count() AS n FROM ${table} WHERE ${where}`)
    return row?.n ?? 0
  }

  async verify(): Promise<Verified> {
    await this.level()
    return this.loader.exclusively(async () => {
      await new Bronze(this.engine, this.logDir, this.log).refresh()
      const checkpoint = await this.checkpoint()
      return verify({
        engine: this.engine,
        log: {
          floor: this.log.floor,
          losses: this.log.losses,
          unknown: this.log.named,
          segments: () => this.log.segments(),
        },
        streams: this.streams.list,
        rules: this.rules,
        silverFloorMs: checkpoint.silverFloorMs,
        streamFloorsMs: streamFloorsOf(checkpoint),
        upto: this.loader.visible,
        signal: new AbortController().signal,
        onProgress: () => {},
      })
    })
  }

  checkpoint() {
    return readCheckpoint(this.checkpointPath)
  }

  /** SIGKILL; it comes back by itself. */
  async killEngine(): Promise<void> {
    try {
      const { pid } = JSON.parse(await readFile(join(this.folder, 'engine.pid'), 'utf8')) as { pid: number }
      process.kill(pid, 'SIGKILL')
    } catch {
      // It was just killed, and is not back yet.
    }
  }

  /** Folders of parts of these tables; the lake must be stopped. */
  async parts(): Promise<{ path: string; table: string; day: string }[]> {
    const found: { path: string; table: string; day: string }[] = []
    for (const [path, table] of this.#tables) {
      for (const name of await readdir(path)) {
        const day = /^(\w+?)_\d+_\d+_\d+/.exec(name)?.[1]
        if (day !== undefined) found.push({ path: join(path, name), table, day })
      }
    }
    return found
  }

  /** Notes where the tables are, for `parts`. */
  async locate(): Promise<void> {
    const rows = await this.query<{ paths: string[]; table: string }>(
      `SELECT data_paths AS paths, database || '.' || name AS table FROM system.tables
       WHERE database IN ('silver', 'gold', 'quarantine') AND engine LIKE '%MergeTree'`,
    )
    for (const { paths, table } of rows) for (const path of paths) this.#tables.set(path, table)
  }

  readonly #tables = new Map<string, string>()
}

export const noCheckpoint = (): string => checkpointText(NO_CHECKPOINT)
export const remove = (path: string) => rm(path, { recursive: true, force: true })
