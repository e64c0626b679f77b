import type { Config } from '../core/config/index.ts'
import type { Engine, Readers } from '../lake/engine/index.ts'
import { allLoaded } from './doors/fresh.ts'
import type { Loader } from '../lake/load/loader.ts'
import type { SegmentLog } from '../log/segments/index.ts'
import type { BrokersStatus } from './brokers/index.ts'
import type { BackupStatus, FollowStatus, Status, TablesStatus } from '../serve/contract/index.ts'
import type { DiskWatch, FolderUsage } from './disk/index.ts'
import { lossProblem, lossSummary } from './losses/index.ts'
import type { ProblemBoard } from './problems.ts'
import { StreamFigures } from './stream-figures.ts'
import { streamSet, unknownStreams } from './streams.ts'

export interface StatusDeps {
  readonly config: Config
  readonly version: string
  readonly log: SegmentLog
  readonly loader: Loader
  readonly engine: Engine
  readonly readers: Pick<Readers, 'page' | 'fresh'>
  readonly problems: ProblemBoard
  readonly disk: Pick<DiskWatch, 'freeBytes' | 'closed' | 'full'>
  readonly usage: Pick<FolderUsage, 'sizes' | 'fresh'>
  /** Brokers that are read and written to. */
  readonly brokers?: () => BrokersStatus
  /** Publishing of open tables; undefined where nothing is published. */
  readonly tables?: () => TablesStatus | undefined
  /** Backups on a schedule; undefined where none are made. */
  readonly backup?: () => BackupStatus | undefined
  /** Following another one's tables; undefined where none are followed. */
  readonly follow?: () => FollowStatus | undefined
  readonly now: () => number
}

/** Sizes are asked of the engine so often at most while somebody looks, and so often when nobody does. */
const SIZES_EVERY_MS = 2_000
const SIZES_ALONE_EVERY_MS = 30_000
/** Rates are means over so many seconds. */
const RATE_S = 10
const LAYERS = ['silver', 'quarantine', 'gold'] as const
const NOTHING = { rows: 0, bytes: 0 }

/** Keeps the figures of GET /v1/status at hand: sizes are asked of the engine now and then, the rest is known. */
export class StatusKeeper {
  readonly #deps: StatusDeps
  readonly #samples: { atMs: number; accepted: number; loaded: number }[] = []
  #sizes: Record<(typeof LAYERS)[number], { rows: number; bytes: number }> = {
    silver: NOTHING,
    quarantine: NOTHING,
    gold: NOTHING,
  }
  #known = { silver: 0, quarantine: 0, repeats: 0, conflicts: 0, control: 0 }
  #newestMs = -Infinity
  #sizesAtMs = -Infinity
  #timers: NodeJS.Timeout[] = []
  readonly #streams: StreamFigures
  readonly #reader: ReturnType<typeof allLoaded>

  constructor(deps: StatusDeps) {
    this.#deps = deps
    this.#reader = allLoaded(deps)
    this.#streams = new StreamFigures(streamSet.list, this.#reader)
  }

  async start(): Promise<void> {
    await this.#askNewest()
    this.#streams.now(this.#deps.loader.ledger)
    await this.#askSizes()
    this.#sample()
    this.#timers = [
      setInterval(() => this.#sample(), 1000),
      setInterval(() => void this.#askSizes(), SIZES_ALONE_EVERY_MS),
    ]
    for (const timer of this.#timers) timer.unref()
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
  }

  /** measured_at of the newest reading, ms; null while there is none. */
  get newestMs(): number | null {
    const newest = Math.max(this.#newestMs, this.#deps.loader.newestMs)
    return Number.isFinite(newest) ? newest : null
  }

  backlog(): { records: number; bytes: number } {
    const { log, loader } = this.#deps
    const records = Math.max(0, log.synced - Math.max(loader.visible, log.floor))
    const kept = Math.max(1, log.synced - log.floor)
    return { records, bytes: Math.round((records / kept) * log.bytes) }
  }

  /** The same as `now`, where figures of the folder that are long gone may be waited for a little. */
  async whenMeasured(): Promise<Status> {
    await this.#deps.usage.fresh()
    return this.now()
  }

  now(): Status {
    const { config, version, log, loader, engine, problems, disk, usage } = this.#deps
    if (performance.now() - this.#sizesAtMs > SIZES_EVERY_MS) void this.#askSizes()
    const ledger = loader.ledger
    if (ledger !== null) {
      const { silverRows: silver, repeats, tables } = ledger
      this.#known = {
        silver,
        quarantine: tables.quarantine,
        repeats: Math.max(0, repeats - tables.conflicts),
        conflicts: tables.conflicts,
        control: tables.rules + tables.versions + ledger.tooLongOfStreams,
      }
    }
    const lost = lossProblem(log.losses)
    const kept = log.segments().reduce((sum, { base, end }) => sum + end - base, 0)
    const { unknown, named } = this.#otherRecords
    const others = this.#known.control + named
    const { city } = config
    const tables = this.#deps.tables?.()
    const backup = this.#deps.backup?.()
    const follow = this.#deps.follow?.()
    return {
      version,
      // Reads are answered as soon as the lake has been opened, also while loading rests.
      ready: engine.state === 'ready' && loader.lastLedger !== null,
      city: {
        name: city.name,
        latitude: city.latitude,
        longitude: city.longitude,
        timeZone: city.timeZone,
        units: city.units,
        tileStyle: config.map.tileStyle,
      },
      mode: config.simulation.mode === 'profile' ? 'simulated' : 'real',
      newestAt: instantOf(this.newestMs),
      // Changes of the register and the rules are records of the log too, as are those of streams, but nobody's readings.
      log: {
        accepted: Math.max(0, log.accepted - others),
        bytes: log.bytes,
        position: log.synced,
        unknown,
      },
      layers: {
        bronze: { rows: Math.max(0, kept - others), bytes: log.bytes },
        silver: { rows: this.#known.silver, bytes: this.#sizes.silver.bytes },
        quarantine: { rows: this.#known.quarantine, bytes: this.#sizes.quarantine.bytes },
        gold: this.#sizes.gold,
      },
      streams: this.#streams.now(ledger),
      repeats: this.#known.repeats,
      conflicts: this.#known.conflicts,
      backlog: { ...this.backlog(), position: loader.visible },
      freshnessMs: loader.freshness.quantiles(performance.now()),
      rates: this.#rates(),
      engine: { state: engine.state, restarts: engine.restarts },
      disk: {
        freeBytes: disk.freeBytes,
        state: disk.full !== null ? 'full' : disk.closed !== null ? 'low' : 'ok',
      },
      folder: usage.sizes,
      ...this.#deps.brokers?.(),
      ...(tables === undefined ? {} : { tables }),
      ...(backup === undefined ? {} : { backup }),
      ...(follow === undefined ? {} : { follow }),
      problems: [...problems.list(), ...(lost === null ? [] : [lost])],
      losses: lossSummary(log.losses),
    }
  }

  /** Records of streams in the log, and those among them that nobody loads: the log keeps them until somebody does. */
  get #otherRecords(): { named: number; unknown: number } {
    const { named } = this.#deps.log
    const sum = (counts: ReadonlyMap<string, { records: number }>) =>
      [...counts.values()].reduce((total, { records }) => total + records, 0)
    return { named: sum(named), unknown: sum(unknownStreams(named)) }
  }

  #sample(): void {
    const { log, loader, now } = this.#deps
    this.#samples.push({
      atMs: now(),
      accepted: log.accepted - this.#otherRecords.named,
      loaded: loader.loaded,
    })
    if (this.#samples.length > RATE_S + 1) this.#samples.shift()
  }

  #rates(): Status['rates'] {
    const first = this.#samples[0]
    const last = this.#samples.at(-1)
    if (first === undefined || last === undefined || last.atMs <= first.atMs)
      return { acceptedPerS: 0, loadedPerS: 0 }
    const perS = (from: number, to: number) => Math.round(((to - from) / (last.atMs - first.atMs)) * 1000)
    return { acceptedPerS: perS(first.accepted, last.accepted), loadedPerS: perS(first.loaded, last.loaded) }
  }

  async #askSizes(): Promise<void> {
    this.#sizesAtMs = performance.now()
    try {
      const rows = await this.#reader.query<{ database: string; rows: number; bytes: number }>(
        `SELECT database, toInt64(sum(p.rows)) AS rows, toInt64(sum(p.bytes_on_disk)) AS bytes FROM system.parts AS p
         WHERE active AND database IN ('silver', 'quarantine', 'gold') GROUP BY database`,
        { settings: { output_format_json_quote_64bit_integers: 0 } },
      )
      for (const layer of LAYERS) {
        const row = rows.find(one => one.database === layer)
        this.#sizes[layer] = row === undefined ? NOTHING : { rows: row.rows, bytes: row.bytes }
      }
      await this.#streams.ask()
    } catch {
      // The engine is away; the status says so, and the last sizes stay.
    }
  }

  async #askNewest(): Promise<void> {
    const [row] = await this.#reader.query<{ newest: number | null }>(
      `SELECT if(count() = 0, NULL, toFloat64(max(toUnixTimestamp64Milli(measured_at)))) AS newest FROM silver.readings
       WHERE toDate(measured_at) = (SELECT max(toDate(window_start)) FROM gold.hourly_summary_state)`,
    )
    this.#newestMs = row?.newest ?? -Infinity
  }
}

function instantOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
