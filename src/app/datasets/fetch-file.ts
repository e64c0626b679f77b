import { createHash } from 'node:crypto'
import { FeedStatusError } from '../../sources/poll/index.ts'
import type { RunContext } from '../jobs/index.ts'
import type { Delivery } from '../landing/index.ts'
import type { DatasetDeps, DatasetSettings, FileAddress } from './settings.ts'
import type { SourceFiles } from './source-memory.ts'

export interface FileFetch {
  readonly settings: DatasetSettings
  readonly deps: DatasetDeps
  readonly files: SourceFiles
  /** @throws {JobPausedError} for columns with which nothing of it may be processed */
  readonly judge: (delivery: Delivery) => Promise<void>
}

/**
 * Asks for a plain file at an address, and lands it where it is another one than before. What is missing from it says nothing.
 * @throws {FeedStatusError | OutboundError} when it can't be had
 * @throws {JobPausedError} when its columns are such that nothing of it may be processed
 */
export async function fetchFile(
  { settings, deps, files, judge }: FileFetch,
  { url, timeoutS, maxBytes }: FileAddress,
  { signal, step }: RunContext,
): Promise<void> {
  await step('download')
  const memory = await files.recall(createHash('sha256').update(url).digest('hex').slice(0, 32))
  const etag = memory.known?.etag ?? null
  const answer = await deps.fetch(url, {
    headers: { accept: 'text/csv, application/json, application/geo+json, */*;q=0.5' },
    ...{ etag, wholeMs: timeoutS * 1000, maxBytes, signal },
  })
  if (answer.status === 304 && etag !== null) return
  if (answer.status !== 200) throw new FeedStatusError(answer)
  await step('land')
  const { status, headers, body } = answer
  const { landing } = deps
  const about = { dataset: settings.name, receivedAtMs: deps.now(), from: url }
  const { sha256, bytes } = await landing.land(body, { ...about, status, headers })
  const before = (await landing.deliveries(settings.name)).flatMap(({ parts }) => parts)
  if (!before.some(part => part.sha256 === sha256)) {
    const delivery: Delivery = { ...about, holds: 'file', parts: [{ sha256, bytes, rows: null }] }
    await judge(delivery)
    await landing.deliver(delivery)
  }
  const probe = { rows: 0, newest: null }
  await files.remember({ ...memory, known: { since: null, probe, etag: answer.etag } })
}
