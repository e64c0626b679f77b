import type { LiveBatch, SitePartial } from '../../core/live.ts'
import type { DistrictAnalytics, LiveChange, LiveCity, LiveSnapshot, Status } from '../contract/index.ts'
import { Audience, type Listener } from './audience.ts'
import { MinuteRate } from './rate.ts'
import { MINUTE_MS } from '../../core/time/spans.ts'
import { addTotals, mean, NO_TOTALS, SiteWindow } from './site-window.ts'

/** A site silent for longer than this before the city's newest reading is grey, and has no part in the city's figures. */
export const STALE_MS = 15 * MINUTE_MS
/** Sites kept live; beyond, those silent for longest go. A city has thousands. */
const MAX_SITES = 20_000
/** A client that was away for more ticks than this begins anew with a snapshot. */
const RESUME_TICKS = 600

export interface LiveHubOptions {
  /** Our own clock, ms; measured time comes with the readings. */
  readonly now: () => number
  readonly status: () => Status
  /** Somebody begins to follow. */
  readonly onJoin?: () => void
  /** Distinguishes this run in event ids, so that a client of an earlier run gets a snapshot. */
  readonly epoch: string
}

interface Known {
  readonly window: SiteWindow
  /** Tick that first told of its present state. */
  changedIn: number
}

/**
 * The live picture of the city: takes the loader's partial sums, and each tick tells every listener what changed. A
 * site remembers the tick of its last change, so that a client that comes back gets just the sites it missed.
 */
export class LiveHub {
  readonly #options: LiveHubOptions
  readonly #sites = new Map<string, Known>()
  readonly #changed = new Set<Known>()
  readonly #rate: MinuteRate
  readonly #audience = new Audience()
  #districts: readonly DistrictAnalytics[] = []
  #districtsChangedIn = 0
  #knownSites = 0
  #tick = 0
  #timer: NodeJS.Timeout | null = null
  #snapshotText: Buffer | null = null
  #resumed = new Map<number, Buffer>()

  constructor(options: LiveHubOptions) {
    this.#options = options
    this.#rate = new MinuteRate(options.now())
  }

  /** Open streams. */
  get clients(): number {
    return this.#audience.size
  }

  /** Sums of a batch that was just loaded. */
  apply(batch: LiveBatch): void {
    this.#rate.add(batch.readings, this.#options.now())
    this.load(batch.partials)
  }

  /** Sums that are not news, for a hub that starts: they show, but do not count in the rate. */
  load(partials: readonly SitePartial[]): void {
    for (const partial of partials) {
      let site = this.#sites.get(partial.site)
      if (site === undefined) {
        if (this.#sites.size >= MAX_SITES) this.#forgetOldest()
        site = { window: new SiteWindow(partial.site), changedIn: 0 }
        this.#sites.set(partial.site, site)
      }
      if (site.window.add(partial)) this.#changed.add(site)
    }
  }

  /** The last finished window of each district; sent along with the next change when it differs. */
  setDistricts(rows: readonly DistrictAnalytics[]): void {
    if (JSON.stringify(rows) === JSON.stringify(this.#districts)) return
    this.#districts = rows
    this.#districtsChangedIn = this.#tick + 1
  }

  /** Sites the register and the readings name; those seen live count in any case. */
  setKnownSites(count: number): void {
    this.#knownSites = count
  }

  snapshot(): LiveSnapshot {
    return {
      sites: [...this.#sites.values()].map(({ window }) => window.view()),
      city: this.#city(),
      districts: [...this.#districts],
      status: this.#options.status(),
    }
  }

  /** Ticks each second until `stop`. */
  start(): void {
    this.#timer ??= setInterval(() => this.tick(), 1000)
    this.#timer.unref()
  }

  /** Ends the ticking and every stream. */
  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#audience.end()
  }

  /** Closes the second: what changed in it gets a number and goes to every listener, serialised once for all. */
  tick(): void {
    this.#tick += 1
    for (const site of this.#changed) site.changedIn = this.#tick
    this.#snapshotText = null
    this.#resumed = new Map()
    if (this.#audience.size > 0) {
      const change = this.#event('change', this.#changeSince(this.#tick - 1, this.#changed))
      this.#audience.tell(change, () => this.#snapshotEvent(), this.#options.now())
    }
    this.#changed.clear()
  }

  /**
   * Adds a listener; it gets a snapshot, or what it missed when `lastEventId` is a recent one of this run.
   * @returns a function that takes it away again
   */
  connect(listener: Listener, lastEventId: string | null): () => void {
    this.#options.onJoin?.()
    // What came since the last tick belongs to the next one: the snapshot may show it already, and is told again.
    return this.#audience.add(
      listener,
      this.#resumeEvent(lastEventId) ?? this.#snapshotEvent(),
      this.#options.now(),
    )
  }

  #resumeEvent(lastEventId: string | null): Buffer | null {
    const [, epoch, number] = /^(.*):(\d{1,15})$/.exec(lastEventId ?? '') ?? []
    const seen = Number(number)
    if (epoch !== this.#options.epoch || seen > this.#tick || this.#tick - seen > RESUME_TICKS) return null
    const known = this.#resumed.get(seen)
    if (known !== undefined) return known
    const missed = [...this.#sites.values()].filter(({ changedIn }) => changedIn > seen)
    const event = this.#event('change', this.#changeSince(seen, missed))
    this.#resumed.set(seen, event)
    return event
  }

  #snapshotEvent(): Buffer {
    this.#snapshotText ??= this.#event('snapshot', this.snapshot())
    return this.#snapshotText
  }

  #changeSince(tick: number, sites: Iterable<Known>): LiveChange {
    return {
      sites: Array.from(sites, ({ window }) => window.view()),
      city: this.#city(),
      ...(this.#districtsChangedIn > tick ? { districts: [...this.#districts] } : {}),
      status: this.#options.status(),
    }
  }

  #event(name: 'snapshot' | 'change', data: LiveSnapshot | LiveChange): Buffer {
    return Buffer.from(
      `event: ${name}\nid: ${this.#options.epoch}:${this.#tick}\ndata: ${JSON.stringify(data)}\n\n`,
    )
  }

  #city(): LiveCity {
    let atMs = -Infinity
    for (const { window } of this.#sites.values()) atMs = Math.max(atMs, window.atMs)
    let totals = NO_TOTALS
    let sitesReporting = 0
    for (const { window } of this.#sites.values()) {
      if (window.atMs < atMs - STALE_MS) continue
      sitesReporting += 1
      totals = addTotals(totals, window.totals())
    }
    return {
      at: Number.isFinite(atMs) ? atMs : null,
      vehicles: totals.vehicles,
      meanSpeedKmh: mean(totals.speedSum, totals.speedWeight, 2),
      readingsPerMin: this.#rate.perMin(this.#options.now()),
      sitesReporting,
      sitesKnown: Math.max(this.#knownSites, this.#sites.size),
    }
  }

  /** Makes room by a tenth, so that it is rarely needed. */
  #forgetOldest(): void {
    const byAge = [...this.#sites.values()].sort((a, b) => a.window.atMs - b.window.atMs)
    for (const site of byAge.slice(0, MAX_SITES / 10)) {
      this.#sites.delete(site.window.id)
      this.#changed.delete(site)
    }
  }
}
