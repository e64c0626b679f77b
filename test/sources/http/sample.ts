import { createHash } from 'node:crypto'
import { AppendError } from '../../../src/core/errors.ts'
import type { Append, Appended, LogWriter } from '../../../src/core/log.ts'
import type { Positions } from '../../../src/core/positions.ts'
import { FairDoor, IngestError, ingestBody } from '../../../src/sources/http/index.ts'
import type { IngestDeps, IngestRequest, OversizeStore } from '../../../src/sources/http/index.ts'

/** A log in memory, which refuses the appends from the `failFrom`th on. */
export class MemoryLog implements LogWriter {
  readonly batches: Append[] = []
  readonly failFrom: number
  #next = 0

  constructor(failFrom = Infinity) {
    this.failFrom = failFrom
  }

  async append(batch: Append): Promise<Appended> {
    const number = this.batches.length
    const position = this.#next
    if (number < this.failFrom) {
      this.batches.push({ ...batch, lines: Buffer.from(batch.lines) })
      this.#next += batch.count
    }
    await Promise.resolve()
    if (number >= this.failFrom) throw new AppendError('no space')
    return { position, count: batch.count }
  }

  /** All bytes, one character a byte. */
  get text(): string {
    return this.batches.map(({ lines }) => lines.toString('latin1')).join('')
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1)
  }

  get count(): number {
    return this.batches.reduce((sum, { count }) => sum + count, 0)
  }
}

export class MemoryOversize implements OversizeStore {
  readonly stored: Buffer[] = []
  readonly discarded: Buffer[] = []

  begin() {
    const parts: Uint8Array[] = []
    return Promise.resolve({
      write: (bytes: Uint8Array) => Promise.resolve(void parts.push(Buffer.from(bytes))),
      finish: () => {
        const bytes = Buffer.concat(parts)
        this.stored.push(bytes)
        const sha256 = createHash('sha256').update(bytes).digest('hex')
        return Promise.resolve({ file: `${this.stored.length}.line`, bytes: bytes.length, sha256 })
      },
      discard: () => Promise.resolve(void this.discarded.push(Buffer.concat(parts))),
    })
  }
}

export interface Outcome {
  readonly log: MemoryLog
  readonly oversize: MemoryOversize
  readonly accepted: number | null
  readonly position: string | null
  readonly positions: Positions
  readonly error: IngestError | null
}

export interface Options
  extends
    Partial<IngestRequest>,
    Partial<Pick<IngestDeps, 'maxBodyBytes' | 'maxBodyRecords' | 'maxLineBytes'>> {
  readonly log?: MemoryLog
  /** Thrown after the chunks. */
  readonly breakWith?: Error
}

/** A door with room for all. */
export function fairDoor(over: Partial<ConstructorParameters<typeof FairDoor>[0]> = {}): FairDoor {
  return new FairDoor({
    maxRecords: 1e9,
    maxBytes: 1e12,
    backlog: () => ({ records: 0, bytes: 0 }),
    loaded: () => 0,
    closed: () => null,
    now: () => performance.now(),
    ...over,
  })
}

export function passOf(door: FairDoor, sender = 'someone', signal = new AbortController().signal) {
  return door.enter(sender, signal, () => undefined)
}

export type Chunks = readonly (Uint8Array | string)[]

export async function ingest(chunks: Chunks, options: Options = {}): Promise<Outcome> {
  const log = options.log ?? new MemoryLog()
  const oversize = new MemoryOversize()
  const { maxLineBytes = 1 << 24, maxBodyBytes = 1 << 30, maxBodyRecords = 1e7 } = options
  const request = {
    contentType: options.contentType ?? 'application/x-ndjson',
    contentEncoding: options.contentEncoding,
    source: options.source ?? 'http',
    intervalS: options.intervalS ?? null,
    pass: options.pass ?? passOf(fairDoor()),
  }
  const deps = { log, oversize, now: () => 1_760_000_000_000, maxLineBytes, maxBodyBytes, maxBodyRecords }
  try {
    const { accepted, position, positions } = await ingestBody(
      stream(chunks, options.breakWith),
      request,
      deps,
    )
    return { log, oversize, accepted, position, positions, error: null }
  } catch (error) {
    if (!(error instanceof IngestError)) throw error
    return { log, oversize, accepted: null, position: null, positions: [], error }
  }
}

async function* stream(chunks: Chunks, breakWith: Error | undefined): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    await Promise.resolve()
    yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
  }
  if (breakWith !== undefined) throw breakWith
}
