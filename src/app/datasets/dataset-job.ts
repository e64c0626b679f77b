import { createHash } from 'node:crypto'
import { FeedError } from '../../core/feed-error.ts'
import { DAY_MS } from '../../core/time/spans.ts'
import { datasetName, download } from '../../sources/socrata/index.ts'
import type { Download, SocrataDataset } from '../../sources/socrata/index.ts'
import type { Job, RunContext, RunResult } from '../jobs/index.ts'
import type { Inbox } from '../landing/index.ts'
import { fetchFile } from './fetch-file.ts'
import { columnsNow, judgeColumns } from './judge-columns.ts'
import { processDeliveries } from './process.ts'
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
      const { ready } = await inbox.look((await files.inbox()).files)
      return ready.length > 0
    },
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

async function run(work: Work, context: RunContext): Promise<RunResult> {
  const { settings, deps, files } = work
  const { trigger } = context
  const notices: (string | null)[] = []
  if (trigger === 'landing') await files.rememberInbox({ ...(await files.inbox()), redone: '' })
  else {
    if (settings.source !== null && trigger !== 'file')
      notices.push(await fetchFrom(work, settings.source, context))
    notices.push(await takeFiles(work, context))
  }
  const result = await processDeliveries(settings, { ...deps, files }, context)
  await letGo(work)
  const told = notices.filter(notice => notice !== null)
  return { ...result, notice: told.length === 0 ? null : told.join(' ') }
}

async function fetchFrom(
  work: Work,
  source: NonNullable<DatasetSettings['source']>,
  context: RunContext,
): Promise<string | null> {
  if (!('url' in source)) return fetchWhatIsNew(work, source, context)
  await fetchFile(work, source, context)
  return null
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
  if (deps.keepDays === null || nowMs - tidiedMs < DAY_MS) return
  work.tidiedMs = nowMs
  const keepsWhole = settings.reconcileDays !== null
  await deps.landing.letGo(settings.name, nowMs - deps.keepDays * DAY_MS, keepsWhole)
}

/** @returns what is odd about its columns, in words */
async function fetchWhatIsNew(
  { settings, deps, files }: Work,
  source: SocrataDataset,
  { signal, step }: RunContext,
): Promise<string | null> {
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
    return null
  }
  await step('land')
  refuseEmpty(got, settings, shown)
  if (got.parts.length > 0)
    await deps.landing.deliver({
      dataset: name,
      holds: isWhole ? 'all' : 'since',
      receivedAtMs: got.startedAtMs,
      from: shown,
      parts: [...got.parts],
    })
  await files.remember(learnt(memory, got, lastWholeMs))
  return judgeColumns(memory.columns, got, settings, shown)
}

function isDue(reconcileDays: number | null, lastWholeMs: number | null, nowMs: number): boolean {
  if (reconcileDays === null) return false
  return lastWholeMs === null || nowMs - lastWholeMs >= reconcileDays * DAY_MS
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
    columns: [...columnsNow(memory.columns, got)],
    progress: null,
  }
}

/** @returns what is not taken, in words */
async function takeFiles(
  { settings, deps, files, inbox }: Work,
  { step }: RunContext,
): Promise<string | null> {
  await inbox.make()
  const memory = await files.inbox()
  const { ready, notice } = await inbox.look(memory.files)
  if (ready.length === 0) return notice
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
    if (!delivered.has(sha256))
      await landing.deliver({ ...about, holds: 'file', parts: [{ sha256, bytes, rows: null }] })
    delivered.add(sha256)
    taken = { ...taken, [file.name]: file.mark }
    await files.rememberInbox({ ...memory, files: taken })
  }
  return notice
}

function fingerprintOf({ origin, id, format }: SocrataDataset): string {
  return createHash('sha256').update(`${origin}/${id}.${format}`).digest('hex').slice(0, 32)
}
