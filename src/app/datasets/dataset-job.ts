import { createHash } from 'node:crypto'
import { FeedError } from '../../core/feed-error.ts'
import { DAY_MS } from '../../core/time/spans.ts'
import { datasetName, download } from '../../sources/socrata/index.ts'
import type { Download, SocrataDataset } from '../../sources/socrata/index.ts'
import { isSharpLoss, isVersion } from '../catalog/index.ts'
import type { Job, RunContext, RunResult } from '../jobs/index.ts'
import type { Delivery, Inbox } from '../landing/index.ts'
import { fetchFile } from './fetch-file.ts'
import { driftFault, driftNotice, pauseFor } from './judge/columns.ts'
import { Looks, wantsOf } from './judge/looks.ts'
import type { Told } from './judge/looks.ts'
import { keptOf, lossFault } from './judge/loss.ts'
import { knownThings, processDeliveries } from './process.ts'
import { restatedNotice } from './restated-notice.ts'
import { RowsRead } from './rows-read.ts'
import type { DatasetDeps, DatasetSettings } from './settings.ts'
import { SourceFiles } from './source-memory.ts'
import type { SourceMemory } from './source-memory.ts'

/**
 * A dataset of an open-data portal: downloaded, landed as it was received, cleaned, and into the log. Each step is written down
 * before the next begins, so that a run that was killed anywhere is done again from there, to the same result.
 */
export function datasetJob(settings: DatasetSettings, deps: DatasetDeps): Job {
  const { name, source, stream, schedule, scheduleZone } = settings
  const files = new SourceFiles(deps.folder)
  const { inbox } = deps
  const work: Work = { settings, deps, files, inbox, tidiedMs: -Infinity }
  let untaken: string | null = null
  return {
    name,
    about: source === null ? 'files put into its inbox' : nameOf(source),
    stream: stream.name,
    schedule,
    zone: scheduleZone,
    ...(deps.lookEveryMs === undefined ? {} : { lookEveryMs: deps.lookEveryMs }),
    ...(deps.inboxPrefix === undefined ? {} : { inboxPrefix: deps.inboxPrefix }),
    hasNews: async () => {
      await inbox.make()
      const { ready, notice } = await inbox.look((await files.inbox()).files)
      untaken = notice
      return ready.length > 0
    },
    untaken: () => untaken,
    accept: () => deps.catalog.acceptHeld(),
    run: context => run(work, context),
  }
}

interface Work {
  readonly settings: DatasetSettings
  readonly deps: DatasetDeps
  readonly files: SourceFiles
  readonly inbox: Inbox
  /** When it was last looked what may be let go. */
  tidiedMs: number
}

/** What a run finds out on its way. */
interface Run extends Work {
  readonly looks: Looks
  readonly rowsRead: RowsRead
  readonly notices: string[]
  /** Why files are not taken that nobody should pass over. */
  readonly faults: string[]
}

const NOTHING = { rows: 0, sent: 0, withdrawn: 0, rejected: 0, restated: [] }

async function run(job: Work, context: RunContext): Promise<RunResult> {
  const { settings, deps, files } = job
  const { trigger } = context
  const looks = new Looks(deps.landing, settings)
  const rowsRead = new RowsRead(deps.landing, settings, deps.rules)
  const work: Run = { ...job, looks, rowsRead, notices: [], faults: [] }
  const memory = await files.inbox()
  // What it says is known only once all that was landed has been done again.
  if (trigger !== 'landing' && memory.redone !== null)
    await processDeliveries(settings, { ...deps, files, looks, rowsRead }, context)
  if (trigger === 'landing') await files.rememberInbox({ ...memory, redone: '' })
  else {
    if (settings.source !== null && trigger !== 'file') await fetchFrom(work, settings.source, context)
    await takeFiles(work, context)
  }
  const { notices, faults } = work
  const result = await processDeliveries(settings, { ...deps, files, looks, rowsRead }, context).catch(
    (error: unknown) => {
      if (faults.length === 0 || !(error instanceof FeedError)) throw error
      faults.push(error.message)
      return NOTHING
    },
  )
  await letGo(job)
  pauseFor(faults)
  const { restated, ...counts } = result
  const notice = restatedNotice(restated, settings.stream)
  if (notice !== null) notices.push(notice)
  return { ...counts, notice: notices.length === 0 ? null : notices.join(' ') }
}

async function fetchFrom(
  work: Run,
  source: NonNullable<DatasetSettings['source']>,
  context: RunContext,
): Promise<void> {
  if (!('url' in source)) {
    await fetchWhatIsNew(work, source, context)
    return
  }
  await fetchFile(
    {
      ...work,
      judge: async delivery => {
        pauseFor(await faultOf(work, delivery))
        await tellShrunk(work, delivery)
      },
    },
    source,
    context,
  )
}

function nameOf(source: NonNullable<DatasetSettings['source']>): string {
  if (!('url' in source)) return datasetName(source)
  const { host, pathname } = new URL(source.url)
  return `${host}${pathname}`
}

/** Once a day: it looks through everything. */
async function letGo(work: Work): Promise<void> {
  const { settings, deps, tidiedMs } = work
  const nowMs = deps.now()
  if (deps.keepDays === null || Math.abs(nowMs - tidiedMs) < DAY_MS) return
  work.tidiedMs = nowMs
  const keepsWhole = settings.reconcileDays !== null
  await deps.landing.letGo(settings.name, nowMs - deps.keepDays * DAY_MS, keepsWhole)
}

/** @throws {JobPausedError} when its columns are such that nothing of it may be processed */
async function fetchWhatIsNew(
  work: Run,
  source: SocrataDataset,
  { signal, step }: RunContext,
): Promise<void> {
  const { settings, deps, files } = work
  await step('download')
  const { name, reconcileDays } = settings
  const memory = await files.recall(fingerprintOf(source))
  const nowMs = deps.now()
  const isWhole = memory.watermark === null || isDue(reconcileDays, memory.lastWholeMs, nowMs)
  const shown = datasetName(source)
  const got = await download(source, { since: isWhole ? null : memory.watermark }, memory, {
    ...deps,
    signal,
    land: (address, { status, headers, body }) =>
      deps.landing.land(body, { dataset: name, receivedAtMs: deps.now(), from: address, status, headers }),
    landed: ({ sha256 }) => deps.landing.content(sha256),
    onProgress: progress => files.remember({ ...memory, progress }),
  })
  const lastWholeMs = isWhole ? nowMs : memory.lastWholeMs
  if (got === null) {
    await files.remember({ ...memory, progress: null, lastWholeMs })
    return
  }
  await step('land')
  refuseEmpty(got, settings, shown)
  const holds = isWhole ? 'all' : 'since'
  const delivery: Delivery = {
    dataset: name,
    holds,
    receivedAtMs: got.startedAtMs,
    from: shown,
    parts: [...got.parts],
  }
  const fault = await faultOf(work, delivery, { told: got })
  if (fault.length === 0 && isWhole) fault.push(...(await lossOf(work, delivery)))
  if (fault.length > 0) {
    // It is asked for again once somebody resumes: until then nothing of it counts as received.
    await files.remember({ ...memory, progress: null })
    pauseFor(fault)
  }
  if (got.parts.length > 0) await deps.landing.deliver(delivery)
  await files.remember(learnt(memory, got, lastWholeMs))
}

/** Compares a whole set with what the dataset said last. @returns why it must not be processed; nothing where it may */
async function lossOf(work: Run, delivery: Delivery): Promise<string[]> {
  const { settings, deps, files, looks, rowsRead } = work
  const { name, stream, maxWithdrawnShare } = settings
  const look = await looks.of(delivery)
  const processed = await deps.landing.processedIds(name)
  const done = (await deps.landing.deliveryIds(name)).filter(id => processed.has(id))
  const known = await knownThings(settings, { ...deps, files, looks, rowsRead }, done)
  if (known === null || look === null || stream.once.how !== 'latest') return []
  const kept = keptOf((await rowsRead.of(delivery)).records, known, stream.once.key)
  if (!(await deps.catalog.isLoss(kept, maxWithdrawnShare))) return []
  const fault = lossFault(kept, { job: name, shown: delivery.from, maxWithdrawnShare })
  const wants = wantsOf(settings, delivery.holds)
  const judged = await deps.catalog.judge(delivery.holds, look, wants)
  const received = { ...delivery, id: await deps.landing.idOf(delivery) }
  await deps.catalog.hold(received, { look, judged, wants }, fault, kept)
  return [fault]
}

/** What is missing from a plain file stays as it is: that it has lost most of its rows is told, and no more. */
async function tellShrunk({ deps, looks, settings, notices }: Run, delivery: Delivery): Promise<void> {
  const { versions } = await deps.catalog.memory
  const before =
    versions.findLast(({ state, from }) => state === 'taken' && from === delivery.from)?.rows ?? 0
  const now = (await looks.of(delivery))?.profile.rows ?? 0
  if (isSharpLoss({ before, now, kept: now }, null, settings.maxWithdrawnShare))
    notices.push(
      `${delivery.from} has ${now} rows, and had ${before}: what it no longer has stays as it was.`,
    )
}

/** Looks at the columns of what was landed; what can be borne is noticed. @returns why it must not be processed; nothing where it may */
async function faultOf(
  { settings, deps, looks, notices }: Run,
  delivery: Delivery,
  { told = null, isInbox = false }: { readonly told?: Told | null; readonly isInbox?: boolean } = {},
): Promise<string[]> {
  const { holds, from: shown } = delivery
  const look = await looks.of(delivery, told)
  if (look === null) return []
  const wants = wantsOf(settings, holds)
  const judged = await deps.catalog.judge(holds, look, wants)
  // What has nothing of it is no version of the dataset: the reader says what is wrong.
  if (holds === 'file' && !isVersion(judged.columns, wants)) return []
  const fault = driftFault(judged, { job: settings.name, shown, isInbox })
  if (fault !== null) {
    const received = { ...delivery, id: await deps.landing.idOf(delivery) }
    await deps.catalog.hold(received, { look, judged, wants }, fault)
    return [fault]
  }
  const notice = driftNotice(judged, shown)
  if (notice !== null) notices.push(notice)
  return []
}

function isDue(reconcileDays: number | null, lastWholeMs: number | null, nowMs: number): boolean {
  if (reconcileDays === null) return false
  // A clock that was ahead, and was set back, must not put it off.
  return lastWholeMs === null || lastWholeMs > nowMs || nowMs - lastWholeMs >= reconcileDays * DAY_MS
}

/** An empty answer is a mistake at the source far more often than the end of all records. */
function refuseEmpty({ since, parts }: Download, { reconcileDays }: DatasetSettings, shown: string): void {
  if (since === null && parts.length === 0 && reconcileDays !== null)
    throw new FeedError(
      `${shown}: the dataset is empty, which would withdraw everything; nothing of it is taken. Set reconcileDays: null if that is right`,
    )
}

function learnt(memory: SourceMemory, got: Download, lastWholeMs: number | null): SourceMemory {
  const { since, probe, etag } = got
  return {
    ...memory,
    known: { since, probe, etag },
    watermark: probe.newest ?? memory.watermark,
    lastWholeMs,
    progress: null,
  }
}

async function takeFiles(work: Run, { step }: RunContext): Promise<void> {
  const { settings, deps, files, inbox, notices, faults } = work
  await inbox.make()
  const memory = await files.inbox()
  const { ready, notice } = await inbox.look(memory.files)
  if (notice !== null) notices.push(notice)
  if (ready.length === 0) return
  await step('land')
  const { landing, now } = deps
  const { name: dataset } = settings
  const delivered = new Set(
    (await landing.deliveries(dataset)).flatMap(({ holds, parts }) =>
      holds === 'file' ? parts.map(({ sha256 }) => sha256) : [],
    ),
  )
  let taken = memory.files
  for (const file of ready) {
    const body = await inbox.read(file)
    if (body === null) continue
    const receivedAtMs = now()
    const about = { dataset, receivedAtMs, from: file.name }
    const { sha256, bytes } = await landing.land(body, { ...about, status: null, headers: {} })
    // The same content under another name, or again after a kill, is done once.
    if (!delivered.has(sha256)) {
      const delivery = { ...about, holds: 'file' as const, parts: [{ sha256, bytes, rows: null }] }
      const fault = await faultOf(work, delivery, { isInbox: true })
      if (fault.length > 0) {
        // It stays untaken: the next run looks at it again.
        faults.push(...fault)
        continue
      }
      await landing.deliver(delivery)
    }
    delivered.add(sha256)
    taken = { ...taken, [file.name]: file.mark }
    await files.rememberInbox({ ...memory, files: taken })
  }
}

function fingerprintOf({ origin, id, format }: SocrataDataset): string {
  return createHash('sha256').update(`${origin}/${id}.${format}`).digest('hex').slice(0, 32)
}
