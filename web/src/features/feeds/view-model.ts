import type { Feed } from '../../../../src/serve/contract/index.ts'
import { ahead } from '../../ui/ahead.ts'
import { ago, UNKNOWN, words } from '../../ui/format.ts'

export interface FeedRow {
  readonly name: string
  readonly detail: string
  readonly success: string
  readonly next: string
  /** What is wrong, or odd; null while it works. */
  readonly fault: string | null
  readonly failing: boolean
}

/** Feeds as the list shows them: those that fail first. */
export function feedRows(feeds: readonly Feed[], clockMs: number): FeedRow[] {
  return feeds
    .map(({ name, stream, schedule, address, last_success_at: success, next_at: next, error, notice }) => ({
      name,
      detail: [words(stream), schedule, address].join(' · '),
      success: success === null ? 'never' : ago(Math.max(0, clockMs - Date.parse(success))),
      next: next === null ? UNKNOWN : ahead(Date.parse(next) - clockMs),
      fault: error?.message ?? notice,
      failing: error !== null,
    }))
    .sort((a, b) => Number(b.failing) - Number(a.failing) || a.name.localeCompare(b.name))
}
