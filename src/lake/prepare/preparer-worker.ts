import { parentPort } from 'node:worker_threads'
import { zoneOffsets } from '../../core/time/index.ts'
import type { Frame } from '../../core/log.ts'
import type { Stream } from '../../core/stream/index.ts'
import type { OnceWanted } from '../streams/batch.ts'
import { packLive } from '../readings/live-wire.ts'
import type { PackedLive } from '../readings/live-wire.ts'
import type { Prepared, PrepareState } from './preparer.ts'
import { Preparer } from './preparer.ts'
import type { MissingPages } from '../once/repeats.ts'

/** What the loader asks of the thread; each is answered in turn. */
export type Request =
  | { readonly op: 'open'; readonly state: PrepareState; readonly streamsUrl: string | null }
  | ({ readonly op: 'begin' } & Pick<Staged, 'frames' | 'slot' | 'lines'>)
  | { readonly op: 'supply'; readonly pages: MissingPages; readonly rows: Uint8Array }
  | { readonly op: 'supplyOnce'; readonly wanted: OnceWanted; readonly rows: Uint8Array }
  | { readonly op: 'finish' }

/** A frame whose lines are a stretch of the buffer that travels beside. */
export type WireFrame = Omit<Frame, 'lines'> & { readonly start: number; readonly end: number }

/** A batch whose lines are where the thread reads them. */
export interface Staged {
  readonly frames: readonly WireFrame[]
  /** Which of the two buffers holds the lines; and the buffer, where it is another one than the last time. */
  readonly slot: number
  readonly lines: SharedArrayBuffer | null
  /** First position after the batch. */
  readonly upto: number
}

/** The answer to `begin`, with the time the thread took. */
export interface Begun {
  readonly missing: { readonly pages: MissingPages; readonly names: string[] | null } | null
  /** What streams must know of their tables. */
  readonly once: readonly OnceWanted[]
  readonly ms: number
}

/** The answer to `finish`. */
export interface Finished {
  readonly prepared: Omit<Prepared, 'live'>
  readonly live: PackedLive
  readonly ms: number
}

if (parentPort === null) throw new Error('preparer-worker.ts is the entry of a worker thread')
const port = parentPort
let preparer: Preparer | null = null
/** Shared with the loader's thread: the lines of batches, in turn. */
const buffers: SharedArrayBuffer[] = []

port.on('message', (request: Request) => {
  answer(request).then(
    ({ value, transfer }) => port.postMessage({ value }, transfer),
    (error: unknown) => port.postMessage({ error }),
  )
})

async function answer(request: Request): Promise<{ value: unknown; transfer: ArrayBuffer[] }> {
  if (request.op === 'open') {
    const { state, streamsUrl } = request
    const known = streamsUrl === null ? null : ((await import(streamsUrl)) as { streams: readonly Stream[] })
    preparer = new Preparer(state, zoneOffsets(state.zone), known?.streams)
    return { value: null, transfer: [] }
  }
  if (preparer === null) throw new Error(`${request.op} before open`)
  const started = performance.now()
  if (request.op === 'begin') {
    const { frames, slot } = request
    const lines = (buffers[slot] = request.lines ?? buffers[slot] ?? new SharedArrayBuffer(0))
    const pages = preparer.begin(
      frames.map(f => ({ ...f, lines: Buffer.from(lines, f.start, f.end - f.start) })),
    )
    const missing = pages === null ? null : { pages, names: preparer.names(pages) }
    const once = preparer.wantedOnce()
    return { value: { missing, once, ms: performance.now() - started } satisfies Begun, transfer: [] }
  }
  if (request.op === 'supply') {
    preparer.supply(request.pages, request.rows)
    return { value: null, transfer: [] }
  }
  if (request.op === 'supplyOnce') {
    preparer.supplyOnce(request.wanted, request.rows)
    return { value: null, transfer: [] }
  }
  const { live, ...prepared } = preparer.finish()
  const packed = packLive(live)
  return {
    value: { prepared, live: packed, ms: performance.now() - started } satisfies Finished,
    transfer: [packed.numbers.buffer, ...prepared.blocks.map(block => block.data.buffer)],
  }
}
