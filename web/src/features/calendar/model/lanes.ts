import { words } from '../../../ui/format.ts'

export interface Lane {
  readonly order: number
  readonly sign: string
  readonly label: string
  readonly closed: boolean
}

const SIGNS: Partial<Record<string, string>> = {
  open: '↑',
  closed: '✕',
  'shift-left': '↖',
  'shift-right': '↗',
  'merge-left': '↰',
  'merge-right': '↱',
  'alternating-flow': '⇅',
}

/** Lanes of a work zone as WZDx has them, from the left; empty where none are said. */
export function lanesOf(lanes: unknown): Lane[] {
  if (!Array.isArray(lanes)) return []
  return lanes
    .filter((lane): lane is Record<string, unknown> => typeof lane === 'object' && lane !== null)
    .map((lane, i) => {
      const status = typeof lane['status'] === 'string' ? lane['status'] : ''
      const type = typeof lane['type'] === 'string' ? lane['type'] : 'lane'
      return {
        order: typeof lane['order'] === 'number' ? lane['order'] : i + 1,
        sign: SIGNS[status] ?? '?',
        label: `${type === 'general' ? 'Lane' : words(type)}: ${words(status || 'unknown').toLowerCase()}`,
        closed: status === 'closed',
      }
    })
    .sort((a, b) => a.order - b.order)
}

/** "2 of 5 closed" */
export function lanesText(lanes: readonly Lane[]): string {
  const closed = lanes.filter(lane => lane.closed).length
  return closed === 0 ? `all ${lanes.length} open` : `${closed} of ${lanes.length} closed`
}
