import { Worker } from 'node:worker_threads'
import type { Frame } from '../../core/log.ts'
import { unpackLive } from '../readings/live-wire.ts'
import type { Prepared, PrepareState } from './preparer.ts'
import type { Begun, Finished, Request, Staged, WireFrame } from './preparer-worker.ts'
import type { MissingPages } from '../once/repeats.ts'
import type { LoadOnce } from '../streams/held-rows.ts'
import { StageTimes } from '../load/stage-times.ts'

/** Loads silver's rows of these pages: RowBinary (sensor_id, ms, content). `names` null: all sensors of the windows. */
export type LoadPages = (pages: MissingPages, names: string[] | null) => Promise<Uint8Array>

/** How what the tables hold already is asked for. */
export interface LoadKnown {
  readonly pages: LoadPages
  readonly once: LoadOnce
}

/** What was written of a buffer of lines may be so many times, and so many bytes, more than needed. */
const SPARE_SHARE = 4
const SPARE_BYTES = 8 * 1024 * 1024
/** Address space of a buffer. Memory is what was written of it: to make one anew for each larger batch costs more than to copy the batch. */
const RESERVED_BYTES = 192 * 1024 * 1024

/** A Preparer in a thread of its own: the one that parses, so that the doors stay quick. One batch at a time. */
export class PreparerThread {
  readonly #worker: Worker
  readonly #times: StageTimes
  /**
   * Lines on their way to the thread, which keeps these too: handing over or copying a large buffer for each batch keeps
   * the collector busy. Two, so that a batch is put in place while the one before it is worked on.
   */
  readonly #lines = [new SharedArrayBuffer(0), new SharedArrayBuffer(0)]
  /** How much of each was written. */
  readonly #written = [0, 0]
  #slot = 0
  /** What the thread died of. */
  #dead: Error | null = null
  #waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void } | null = null

  private constructor(worker: Worker, times: StageTimes) {
    this.#worker = worker
    this.#times = times
    worker.on('message', ({ value, error }: { value: unknown; error?: Error }) => {
      const waiting = this.#waiting
      this.#waiting = null
      if (error === undefined) waiting?.resolve(value)
      else waiting?.reject(error)
    })
    worker.on('error', error => this.#fail(error))
    worker.on('exit', code => this.#fail(new Error(`the preparing thread ended with code ${code}`)))
  }

  /** @param streamsUrl the module of the streams it reads, as `StreamSet.url`; null reads none */
  static async open(
    state: PrepareState,
    streamsUrl: string | null,
    times = new StageTimes(),
  ): Promise<PreparerThread> {
    const worker = new Worker(new URL('./preparer-worker.ts', import.meta.url), { name: 'prepare' })
    const thread = new PreparerThread(worker, times)
    await thread.#ask({ op: 'open', state, streamsUrl })
    return thread
  }

  /** Puts the lines of a batch where the thread finds them: of the next one at most, while one is being prepared. */
  stage(frames: readonly Frame[]): Staged {
    const slot = (this.#slot = 1 - this.#slot)
    const total = frames.reduce((sum, frame) => sum + frame.lines.length, 0)
    const isNew = !this.#fits(total, slot)
    if (isNew) this.#lines[slot] = new SharedArrayBuffer(Math.max(RESERVED_BYTES, Math.ceil(total * 1.25)))
    this.#written[slot] = isNew ? total : Math.max(total, this.#written[slot] ?? 0)
    const lines = this.#lines[slot] ?? new SharedArrayBuffer(0)
    const bytes = new Uint8Array(lines)
    const wire: WireFrame[] = []
    let at = 0
    let upto = 0
    for (const { lines: part, ...frame } of frames) {
      bytes.set(part, at)
      wire.push({ ...frame, start: at, end: at + part.length })
      at += part.length
      upto = frame.position + frame.count
    }
    return { frames: wire, slot, lines: isNew ? lines : null, upto }
  }

  async prepare({ frames, slot, lines }: Staged, load: LoadKnown): Promise<Prepared> {
    const { missing, once, ms } = (await this.#ask({ op: 'begin', frames, slot, lines })) as Begun
    this.#times.add('scan', ms)
    if (missing !== null) {
      const rows = await this.#times.measure('repeats from silver', () =>
        load.pages(missing.pages, missing.names),
      )
      await this.#ask({ op: 'supply', pages: missing.pages, rows })
    }
    for (const wanted of once) await this.#ask({ op: 'supplyOnce', wanted, rows: await load.once(wanted) })
    const { prepared, live, ms: buildMs } = (await this.#ask({ op: 'finish' })) as Finished
    this.#times.add('build', buildMs)
    return { ...prepared, live: unpackLive(live) }
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #ask(request: Request): Promise<unknown> {
    if (this.#dead !== null) return Promise.reject(this.#dead)
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#worker.postMessage(request)
    })
  }

  #fail(error: Error): void {
    this.#dead ??= error
    this.#waiting?.reject(error)
    this.#waiting = null
  }

  /** One that is far too large is let go: it was for a backlog that is over. */
  #fits(bytes: number, slot: number): boolean {
    const byteLength = this.#lines[slot]?.byteLength ?? 0
    return byteLength >= bytes && (this.#written[slot] ?? 0) <= SPARE_SHARE * bytes + SPARE_BYTES
  }
}
