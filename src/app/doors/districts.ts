import type { SitePartial } from '../../core/live.ts'
import type { LakeReader } from '../../lake/read/index.ts'
import { DistrictAnalytics } from '../../serve/contract/index.ts'
import type { LiveHub } from '../../serve/live/index.ts'
import type { ShutdownSteps } from '../shutdown-steps.ts'

const DISTRICTS_EVERY_MS = 5000
/** With nobody there to see them; whoever comes finds figures no older than this, and fresh ones soon. */
const ALONE_EVERY_MS = 60_000
const MAX_SITES = 20_000

/** The picture a live page begins with, from the lake. @returns what of it is of readings */
export async function warm(hub: LiveHub, lake: LakeReader): Promise<readonly SitePartial[]> {
  const partials = await lake.recentSites()
  hub.load(partials)
  await updateDistricts(hub, lake)
  return partials
}

async function updateDistricts(hub: LiveHub, lake: LakeReader): Promise<void> {
  const rows = await lake.latestDistricts(Date.now())
  hub.setDistricts(rows.map(row => DistrictAnalytics.parse(row)))
  const { rows: sites } = await lake.page('intersections', { order: 'asc' }, MAX_SITES)
  hub.setKnownSites(sites.length)
}

/** What gold alone knows (speed index, free flow) reaches the live page every few seconds. */
export function refreshDistricts(hub: LiveHub, lake: LakeReader, undo: ShutdownSteps): void {
  let asking: Promise<void> | null = null
  let askedAtMs = -Infinity
  const timer = setInterval(() => {
    if (hub.clients === 0 && performance.now() - askedAtMs < ALONE_EVERY_MS) return
    askedAtMs = performance.now()
    // While the engine is away the last figures stay; the status says why.
    asking ??= updateDistricts(hub, lake)
      .catch(() => {})
      .finally(() => (asking = null))
  }, DISTRICTS_EVERY_MS)
  timer.unref()
  undo.push(async () => {
    clearInterval(timer)
    await asking
  })
}
