import type { Engine } from '../../lake/engine/index.ts'
import { countLosses } from '../../lake/repair/losses.ts'
import type { Loader } from '../../lake/load/loader.ts'
import type { Losses } from '../../core/losses.ts'
import type { Loss as Kept } from '../../core/schema/loss.ts'
import type { LossBook } from '../../log/losses/book.ts'
import type { SegmentLog } from '../../log/segments/index.ts'
import type { ShutdownSteps } from '../shutdown-steps.ts'
import { sideTablesOf } from '../../lake/once/other-tables.ts'
import { streamSet } from '../streams.ts'
import type { LossList } from '../../serve/routes/losses.ts'
import type { Loss, LossSummary, Problem } from '../../serve/contract/index.ts'

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

const COUNT_EVERY_MS = 2000

/** Counts what the lake still has of losses that are found while it runs, once it is past them. */
export function countLossesFound(
  { engine, log, loader }: { engine: Engine; log: SegmentLog; loader: Loader },
  undo: ShutdownSteps,
): void {
  const counting = { now: Promise.resolve() }
  const timer = setInterval(() => {
    const uncounted = log.losses.list().filter(({ layer, inLake }) => layer === 'log' && inLake === null)
    const end = Math.min(log.synced, Math.max(0, ...uncounted.map(({ to }) => to)))
    if (uncounted.length === 0 || loader.visible < end) return
    // While the engine is away there is nothing to ask it; the next round comes.
    counting.now = counting.now.then(() =>
      countLosses(engine, log.losses, false, 'running', sideTablesOf(streamSet.list)).then(
        () => undefined,
        () => undefined,
      ),
    )
  }, COUNT_EVERY_MS)
  timer.unref()
  undo.push(() => {
    clearInterval(timer)
    return counting.now
  })
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
