import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../../../core/errors.ts'
import type { Positions } from '../../../core/positions.ts'
import type { Stream } from '../../../core/stream/index.ts'
import { Runs } from '../../../serve/contract/outcome.ts'
import { FeedError, parseThings } from '../../../sources/files/index.ts'
import type { ThingImport, ThingWishes } from '../../../sources/files/index.ts'
import type { Client } from '../client/index.ts'
import { patiently } from './patience.ts'
import type { Patience } from './patience.ts'

/** Things a request. */
const BATCH = 10_000
const MAX_SHOWN = 20
const Delivered = z.object({ accepted: z.number(), positions: Runs })

/**
 * The things of a CSV or GeoJSON file.
 * @throws {UsageError} when it can't be read, or naming every entry that is wrong: nothing is imported by halves
 */
export function readThings(stream: Stream, path: string, wishes: ThingWishes): ThingImport {
  const name = basename(path)
  const things = parsed(stream, path, wishes)
  if (things.errors.length > 0) {
    const shown = things.errors.slice(0, MAX_SHOWN).map(({ row, message }) => `  row ${row}: ${message}`)
    const rest = things.errors.length - shown.length
    const more = rest > 0 ? [`  … and ${rest} more`] : []
    throw new UsageError(`${name}: nothing was imported.\n${[...shown, ...more].join('\n')}`)
  }
  if (things.records.length === 0) throw new UsageError(`${name} holds nothing to import.`)
  return things
}

/**
 * Delivers the things, request by request; stops between two when the signal aborts.
 * @returns where they stand in the log
 */
export async function deliverThings(
  client: Client,
  stream: Pick<Stream, 'name'>,
  records: readonly object[],
  patience: Patience,
  source = 'import',
): Promise<Positions> {
  const runs: [number, number][] = []
  for (let i = 0; i < records.length; i += BATCH) {
    patience.signal.throwIfAborted()
    const lines = records.slice(i, i + BATCH).map(record => JSON.stringify(record))
    const request = { body: `${lines.join('\n')}\n`, headers: { 'content-type': 'application/x-ndjson' } }
    const ask = () =>
      client.json(Delivered, 'POST', `/v1/${stream.name}?source=${encodeURIComponent(source)}`, request)
    runs.push(...(await patiently(ask, patience)).positions)
  }
  return runs
}

function parsed(stream: Stream, path: string, wishes: ThingWishes): ThingImport {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
    return parseThings(stream, text, wishes)
  } catch (cause) {
    if (cause instanceof FeedError) throw new UsageError(`${basename(path)} ${cause.message}.`, { cause })
    const reason = cause instanceof TypeError ? 'it is not UTF-8' : (cause as NodeJS.ErrnoException).code
    throw new UsageError(`${path} can't be read (${reason ?? 'unknown reason'}).`, { cause })
  }
}
