import { FeedError } from '../../core/feed-error.ts'
import type { Outcome, RowCheck } from '../catalog/index.ts'
import type { RunContext, RunResult } from '../jobs/index.ts'
import type { DatasetVersion, Quality } from '../../serve/contract/intake/catalog.ts'
import type { NamedDelivery } from '../landing/index.ts'
import type { DatasetDeps, DatasetSettings } from './settings.ts'
import type { WireRecord } from './reader.ts'
import { wantsOf } from './judge/looks.ts'
import type { Looks } from './judge/looks.ts'
import { keyTextOf, reconcile } from './reconcile.ts'
import type { KnownThing, KnownThings, Reconciled } from './reconcile.ts'
import { refusedAnew } from './judge/refused.ts'
import type { KnownRefused } from './judge/refused.ts'
import type { RowsOf, RowsRead } from './rows-read.ts'
import type { SourceFiles } from './source-memory.ts'

/** Lines that go to the log together, at most. */
const BATCH_LINES = 10_000
const BATCH_CHARS = 4 << 20
/** No stream has a record near it. */
const MAX_LINE_CHARS = 1 << 20

export interface ProcessDeps extends Pick<DatasetDeps, 'landing' | 'log' | 'catalog'> {
  readonly files: SourceFiles
  readonly looks: Looks
  readonly rowsRead: RowsRead
}

type Result = Omit<RunResult, 'notice'> & Pick<Reconciled, 'restated'>

const NOTHING = {
  ...{ rows: 0, rejects: [], lines: [], withdrawn: 0, restated: [], quality: null },
  reasons: new Map<WireRecord, readonly string[]>(),
} as const

/**
 * Cleans and loads what was landed and has not been yet, in the order in which it was received. A delivery is marked once its lines
 * are durable; one that is done twice brings the same lines, which are repeats.
 */
export async function processDeliveries(
  settings: DatasetSettings,
  deps: ProcessDeps,
  context: RunContext,
): Promise<Result> {
  const { landing, files } = deps
  const { redone } = await files.inbox()
  const all = await landing.deliveryIds(settings.name)
  const processed = await landing.processedIds(settings.name)
  const isDone = (id: string) => (redone === null ? processed.has(id) : id <= redone)
  const pending = all.filter(id => !isDone(id))
  const result = { rows: 0, sent: 0, withdrawn: 0, rejected: 0, restated: [] as string[] }
  const unread: string[] = []
  if (pending.length === 0 && redone === null) return result
  const of = thingsOf(settings)
  let known = await knownThings(settings, deps, all.filter(isDone))
  // Done all again, the log may be another one, which has none of them.
  let refused: KnownRefused = redone === '' ? new Set() : await files.refused(of)
  for (const id of pending) {
    const delivery = await landing.delivery(settings.name, id)
    context.signal.throwIfAborted()
    await context.step('clean')
    const cleaned: Cleaned = await cleanedOf(settings, deps, delivery, known).catch((error: unknown) => {
      // A file that somebody put there must not hold up what comes after it.
      if (!(error instanceof FeedError) || delivery.holds !== 'file') throw error
      const why = `${delivery.from}: ${error.message}`
      unread.push(why)
      return { ...NOTHING, why, known: known ?? new Map<string, KnownThing>() }
    })
    await context.step('load')
    const { lines, known: refusedNow } = refusedAnew(
      [...cleaned.lines, ...cleaned.rejects],
      cleaned.reasons,
      refused,
    )
    const positions = await load(settings, deps, delivery, lines, context.signal)
    if (known !== null && delivery.holds !== 'file') {
      known = cleaned.known
      await files.rememberThings(of, known)
    }
    await files.rememberRefused(of, refusedNow)
    refused = refusedNow
    const { rows, withdrawn, rejects } = cleaned
    const told = { rows, sent: lines.length, withdrawn, rejected: rejects.length }
    const { quality, why = null } = cleaned
    const state = why === null ? 'taken' : 'refused'
    await note(settings, deps, delivery, { ...told, state, why, positions, quality })
    await landing.markProcessed(delivery, told)
    if (redone !== null) await files.rememberInbox({ ...(await files.inbox()), redone: delivery.id })
    for (const name of ['rows', 'sent', 'withdrawn', 'rejected'] as const) result[name] += told[name]
    result.restated.push(...cleaned.restated)
  }
  if (redone !== null) await files.rememberInbox({ ...(await files.inbox()), redone: null })
  if (unread.length > 0)
    throw new FeedError(
      `${unread.join('; ')}. Nothing of it was taken; put the right one into the inbox of ${settings.name}`,
    )
  return result
}

/** What became of a delivery goes into the catalogue. */
async function note(
  settings: DatasetSettings,
  { catalog, looks }: ProcessDeps,
  delivery: NamedDelivery,
  outcome: Outcome,
): Promise<void> {
  await catalog.note(delivery, outcome, await looks.of(delivery), wantsOf(settings, delivery.holds))
}

/** What the dataset said last; null where what leaves it leaves by itself. */
export async function knownThings(
  settings: DatasetSettings,
  deps: Omit<ProcessDeps, 'log'>,
  done: readonly string[],
): Promise<KnownThings | null> {
  if (settings.reconcileDays === null || settings.stream.once.how !== 'latest') return null
  if (done.length === 0) return new Map()
  const kept = await deps.files.things(thingsOf(settings))
  if (kept !== null) return kept
  // It is not known any more: everything that was landed says it again.
  let known: KnownThings = new Map()
  for (const id of done) {
    const delivery = await deps.landing.delivery(settings.name, id)
    if (delivery.holds !== 'file') known = (await cleanedOf(settings, deps, delivery, known)).known
  }
  await deps.files.rememberThings(thingsOf(settings), known)
  return known
}

interface Cleaned extends Reconciled {
  readonly rows: number
  readonly rejects: readonly WireRecord[]
  readonly reasons: RowsOf['reasons']
  readonly quality: Quality | null
  /** Why nothing of it could be read. */
  readonly why?: string
}

async function cleanedOf(
  settings: DatasetSettings,
  deps: Omit<ProcessDeps, 'log'>,
  delivery: NamedDelivery,
  known: KnownThings | null,
): Promise<Cleaned> {
  const { reader, stream } = settings
  const { receivedAtMs, holds } = delivery
  const { records, rejects, reasons, check } = await deps.rowsRead.of(delivery)
  const rows = records.length + rejects.length
  const { once } = stream
  if (known === null || holds === 'file' || once.how !== 'latest')
    return {
      ...{ rows, rejects, reasons, lines: records, withdrawn: 0, restated: [], known: known ?? new Map() },
      quality: await qualityOf(check, settings, deps, delivery, null),
    }
  const { key, version } = once
  const bad = records.filter(record => reasons.has(record))
  const told = reconcile(
    records.filter(record => !reasons.has(record)),
    known,
    {
      key,
      version,
      isWhole: holds === 'all',
      // What can't be read is there all the same: once it can, it is told.
      present: new Set(bad.map(record => keyTextOf(record, key))),
      atMs: receivedAtMs,
      renewed: reader.renewed ?? ((record, versionAt) => ({ ...record, [version]: versionAt })),
    },
  )
  const quality = await qualityOf(check, settings, deps, delivery, told.restated.length)
  return { ...told, rows, rejects, reasons, quality, lines: [...told.lines, ...bad] }
}

/** Null where it is no table whose columns could be told. */
async function qualityOf(
  check: RowCheck,
  settings: DatasetSettings,
  { looks }: Pick<ProcessDeps, 'looks'>,
  delivery: NamedDelivery,
  restated: number | null,
): Promise<Quality | null> {
  const look = await looks.of(delivery)
  if (look === null) return null
  const { schedule } = settings
  const due = schedule?.next(delivery.receivedAtMs) ?? null
  // A file comes when somebody puts it there.
  const isPlanned = schedule !== null && due !== null && delivery.holds !== 'file'
  const periodMs = isPlanned ? schedule.next(due) - due : null
  return { ...check.end(look.profile, wantsOf(settings, delivery.holds).needs, periodMs), restated }
}

async function load(
  { name, stream }: DatasetSettings,
  { log }: ProcessDeps,
  { receivedAtMs, from }: NamedDelivery,
  records: readonly WireRecord[],
  signal: AbortSignal,
): Promise<DatasetVersion['positions']> {
  let positions: DatasetVersion['positions'] = null
  let batch: string[] = []
  let chars = 0
  const flush = async () => {
    if (batch.length === 0) return
    signal.throwIfAborted()
    const { position, count } = await log.append({
      kind: stream.name,
      source: `job:${name}`,
      arrivedAtMs: receivedAtMs,
      intervalS: null,
      lines: Buffer.from(batch.join('')),
      count: batch.length,
    })
    positions = { first: positions?.first ?? position, end: position + count }
    batch = []
    chars = 0
  }
  for (const [i, record] of records.entries()) {
    const line = `${JSON.stringify(record)}\n`
    if (line.length > MAX_LINE_CHARS)
      throw new FeedError(`${from}: record ${i + 1} is longer than ${MAX_LINE_CHARS} characters`)
    if (batch.length >= BATCH_LINES || chars + line.length > BATCH_CHARS) await flush()
    batch.push(line)
    chars += line.length
  }
  await flush()
  return positions
}

/** Records that another reader made, or for another stream, say nothing of these. */
function thingsOf({ reader, stream }: DatasetSettings): string {
  return `${stream.name}/${reader.name}`
}
