import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { UsageError } from '../../../../core/errors.ts'
import { FeedError } from '../../../../core/feed-error.ts'
import type { Positions } from '../../../../core/positions.ts'
import { incidentLine, severalIncidentRows } from '../../../../sources/incidents/index.ts'
import type { CleaningRules, IncidentRow } from '../../../../sources/incidents/index.ts'
import type { Client } from '../../client/index.ts'
import type { Patience } from '../patience.ts'
import { deliverThings } from '../things.ts'

/** What was sent of one file. */
export interface SentFile {
  readonly file: string
  /** Rows read; each was sent, as a record or as a row that is none. */
  readonly read: number
  /** Rows whose corrupted times were set right. */
  readonly repaired: number
  /** Where they stand in the log. */
  readonly positions: Positions
}

/** Rows a request. */
const BATCH = 5_000
const SOURCE_CHARS = 128
const STREAM = { name: 'incidents' } as const

/**
 * Reads a file of the incident record and delivers every row of it: also what is no record goes into the log, from where it comes into
 * quarantine with its reason and as it stood.
 * @throws {UsageError} when it can't be read, or is none
 */
export async function sendIncidentFile(
  client: Client,
  path: string,
  rules: CleaningRules,
  patience: Patience,
): Promise<SentFile> {
  const source = sourceOf(path)
  const positions: (readonly [number, number])[] = []
  let [read, repaired] = [0, 0]
  let batch: object[] = []
  // While one request is on its way the rows of the next are read.
  let sending: Promise<void> = Promise.resolve()
  const send = async () => {
    const rows = batch
    batch = []
    await sending
    sending = deliverThings(client, STREAM, rows, patience, source).then(sent => void positions.push(...sent))
    sending.catch(() => undefined)
  }
  try {
    for await (const rows of rowsOf(path, rules))
      for (const row of rows) {
        read++
        if ('record' in row && row.record.repaired) repaired++
        batch.push(incidentLine(row))
        if (batch.length >= BATCH) await send()
      }
    await send()
  } finally {
    await sending
  }
  return { file: path, read, repaired, positions }
}

/** So that a mistake in the last file is known before the first is sent. @throws {UsageError} when it is no file of the record */
export async function checkIncidentFile(path: string, rules: CleaningRules): Promise<void> {
  const rows = rowsOf(path, rules)
  await rows.next()
  await rows.return(undefined)
}

async function* rowsOf(path: string, rules: CleaningRules): AsyncGenerator<IncidentRow[]> {
  try {
    yield* severalIncidentRows(
      createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Uint8Array>,
      rules,
    )
  } catch (cause) {
    if (cause instanceof FeedError) throw new UsageError(`${basename(path)} ${cause.message}.`, { cause })
    const code = (cause as NodeJS.ErrnoException).code
    if (code === undefined) throw cause
    throw new UsageError(`${path} can't be read (${code}).`, { cause })
  }
}

function sourceOf(path: string): string {
  const name = basename(path).replaceAll(/[^ -~]/g, '?')
  return `import:${name}`.slice(0, SOURCE_CHARS)
}
