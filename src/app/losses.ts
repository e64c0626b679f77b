import type { Losses } from '../core/losses.ts'
import type { Loss as Kept } from '../core/schema/loss.ts'
import type { LossBook } from '../log/losses/book.ts'
import type { LossList } from '../serve/routes/losses.ts'
import type { Loss, LossSummary, Problem } from '../serve/contract/index.ts'

/** The losses, as the API's door to them. */
export function lossList(losses: LossBook): LossList {
  return {
    list: () => losses.list().map(lossOf),
    acknowledge: async (id, by, note) => {
      const loss = await losses.acknowledge(id, { by, note })
      return loss === null ? null : lossOf(loss)
    },
  }
}

/** Open losses that the status shows; the list has all. */
const SHOWN = 20
/** Names in the problem's sentence. */
const NAMED = 3

/** A loss as the API tells it. */
export function lossOf(loss: Kept): Loss {
  const instant = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
  return {
    id: loss.id,
    layer: loss.layer,
    table: loss.table,
    from_position: loss.from,
    to_position: loss.to,
    records: loss.records,
    exact: loss.exact,
    in_lake: loss.inLake,
    gone: loss.inLake === null ? null : Math.max(0, loss.records - loss.inLake),
    found_at: loss.foundAt,
    arrived_from: instant(loss.arrivedFromMs),
    arrived_to: instant(loss.arrivedToMs),
    file: loss.file,
    offset: loss.offset,
    bytes: loss.bytes,
    set_aside: loss.setAside,
    message: loss.message,
    acknowledged: loss.acknowledged,
  }
}

export function lossSummary(losses: Losses): LossSummary {
  const all = losses.list()
  const open = openOf(losses)
  return {
    open: open.toReversed().slice(0, SHOWN).map(lossOf),
    openCount: open.length,
    openRecords: recordsOf(open),
    count: all.length,
    records: recordsOf(all),
  }
}

/** What the losses that nobody has acknowledged are as a problem; null when there are none. */
export function lossProblem(losses: Losses): Problem | null {
  const open = openOf(losses)
  const first = open[0]
  if (first === undefined) return null
  const records = recordsOf(open)
  const atMost = open.every(({ exact }) => exact) ? '' : 'up to '
  const names = open.slice(0, NAMED).map(({ id }) => id)
  const more = open.length > NAMED ? ` and ${open.length - NAMED} more` : ''
  const what = `${atMost}${records} acknowledged ${records === 1 ? 'record' : 'records'} lost (${names.join(', ')}${more})`
  return {
    code: 'records_lost',
    message: `${first.message}. In all: ${what}; once somebody has seen to it: arterial losses acknowledge ${first.id}`,
    since: first.foundAt,
  }
}

function openOf(losses: Losses): Kept[] {
  return losses.list().filter(({ acknowledged }) => acknowledged === null)
}

function recordsOf(losses: readonly Kept[]): number {
  return losses.reduce((sum, { records }) => sum + records, 0)
}
