import type { LiveBatch, SitePartial } from '../../../core/live.ts'
import { MINUTE_MS } from '../../../core/time/spans.ts'

/** Who tells of readings: the followed tables, or the topics that the other server reads too. */
export type Teller = 'tables' | 'topics'

/** Further back than this from a site's newest minute nobody looks. */
const KEPT_MS = 15 * MINUTE_MS
/** As many as the live picture has. */
const MAX_SITES = 20_000

interface Site {
  newestMs: number
  readonly tellers: Map<number, Teller>
}

/**
 * The same readings come by topics at once and by tables later. A minute of a site is of the teller that told of it first; what the other
 * one says of it is left out, so that no reading counts twice.
 */
export class MinuteOwners {
  /** The site told of last comes last. */
  readonly #sites = new Map<string, Site>()

  /** What of a batch may be shown. */
  of(teller: Teller, { partials }: Pick<LiveBatch, 'partials'>): LiveBatch {
    const shown = partials.filter(partial => this.#isOf(teller, partial))
    return { partials: shown, readings: shown.reduce((sum, { readings }) => sum + readings, 0) }
  }

  #isOf(teller: Teller, { site: id, minuteMs }: SitePartial): boolean {
    const site = this.#sites.get(id) ?? { newestMs: minuteMs, tellers: new Map<number, Teller>() }
    if (minuteMs < site.newestMs - KEPT_MS) return false
    const owner = site.tellers.get(minuteMs)
    if (owner !== undefined) return owner === teller
    site.tellers.set(minuteMs, teller)
    if (minuteMs > site.newestMs) {
      site.newestMs = minuteMs
      for (const known of site.tellers.keys()) if (known < minuteMs - KEPT_MS) site.tellers.delete(known)
    }
    this.#sites.delete(id)
    this.#sites.set(id, site)
    const [oldest] = this.#sites.keys()
    if (this.#sites.size > MAX_SITES && oldest !== undefined) this.#sites.delete(oldest)
    return true
  }
}
