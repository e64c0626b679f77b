import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/serve/contract/spans.ts'

const SECOND_MS = 1_000

/** "now", "in 40 s", "in 12 min", "in 5 h", "in 18 days" */
export function ahead(ms: number): string {
  if (ms < SECOND_MS) return 'now'
  if (ms < 2 * MINUTE_MS) return `in ${Math.round(ms / SECOND_MS)} s`
  if (ms < 2 * HOUR_MS) return `in ${Math.round(ms / MINUTE_MS)} min`
  return ms < 2 * DAY_MS ? `in ${Math.round(ms / HOUR_MS)} h` : `in ${Math.round(ms / DAY_MS)} days`
}
