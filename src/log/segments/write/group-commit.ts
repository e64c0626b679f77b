import { AppendError } from '../../../core/errors.ts'
import type { Append, Appended, Frame, LogWriter, Origin } from '../../../core/log.ts'
import type { OpenSegment } from './open-segment.ts'
import { packAppends } from './pack.ts'
import type { Pack } from './pack.ts'
import type { LogProblem } from '../problem.ts'

export interface WriterOptions {
  readonly segment: OpenSegment
  /** Position of the next record. */
  readonly next: number
  readonly onProblem: (problem: LogProblem) => void
  /** Told of what became durable, in order, before the appends are answered. */
  readonly onDurable: (frames: readonly Frame[]) => void
}

/** An append that waits to become durable. */
interface Waiting {
  readonly batch: Append
  readonly resolve: (appended: Appended) => void
  readonly reject: (error: AppendError) => void
}

/** Lines that are compressed and written together. */
const COMMIT_BYTES = 8 * 1024 * 1024
const MAX_SOURCE_CHARACTERS = 128
const MAX_TOPIC_CHARACTERS = 256
const LF = 10

/** Makes appends durable in groups: what comes in during one fsync is compressed meanwhile and shares the next. */
export class GroupCommit implements LogWriter {
  readonly #options: WriterOptions
  readonly #queue: Waiting[] = []
  /** What is done while nothing is written. */
  readonly #pauses: (() => Promise<void>)[] = []
  #next: number
  #running: Promise<void> | null = null
  /** Counts failures: what was taken before one is refused with it, so that no line is durable without those before it. */
  #failures = 0
  #closed = false

  constructor(options: WriterOptions) {
    this.#options = options
    this.#next = options.next
  }

  get next(): number {
    return this.#next
  }

  /** Goes on at a higher position. Nothing may have been appended yet. */
  skipTo(position: number): void {
    this.#next = Math.max(this.#next, position)
  }

  append(batch: Append): Promise<Appended> {
    const wrong = this.#closed ? 'it is closed' : faultOf(batch)
    if (wrong !== null) return Promise.reject(new AppendError(`log: ${wrong}`))
    return new Promise((resolve, reject) => {
      this.#queue.push({ batch, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Ends the growing segment between two writes; the next append starts a new one. */
  seal(): Promise<void> {
    return this.#pause(() => this.#options.segment.seal())
  }

  /** Runs work on the growing segment's file between two writes; it grows on unless the work throws. */
  whilePaused(work: () => Promise<void>): Promise<void> {
    return this.#pause(() => this.#options.segment.rest(work))
  }

  #pause(work: () => Promise<void>): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>()
    this.#pauses.push(() => work().then(() => resolve(undefined), reject))
    this.#running ??= this.#run()
    return promise
  }

  /** Waits for what was appended, then refuses more. */
  async close(): Promise<void> {
    this.#closed = true
    while (this.#running !== null) await this.#running
    await this.seal()
  }

  async #run(): Promise<void> {
    // Leaves the caller's turn, so that appends made together are committed together.
    await Promise.resolve()
    let writing: Promise<void> = Promise.resolve()
    while (this.#queue.length > 0 || this.#pauses.length > 0) {
      if (this.#pauses.length > 0) await writing
      for (const pause of this.#pauses.splice(0)) await pause()
      const group = this.#take()
      if (group.length === 0) continue
      const failures = this.#failures
      const packed = packAppends(group.map(({ batch }) => batch)).catch(appendError)
      const [packs] = await Promise.all([packed, writing])
      if (packs instanceof AppendError) refuse(group, packs)
      else if (failures !== this.#failures) refuse(group, new AppendError('log: an append before it failed'))
      else writing = this.#commit(group, packs)
      if (this.#queue.length === 0) await writing
    }
    this.#running = null
  }

  #take(): Waiting[] {
    let bytes = 0
    const end = this.#queue.findIndex(({ batch }, i) => {
      bytes += batch.lines.length
      return i > 0 && bytes > COMMIT_BYTES
    })
    return this.#queue.splice(0, end < 0 ? this.#queue.length : end)
  }

  /** Never rejects: a failure goes to the appends. */
  async #commit(group: readonly Waiting[], packs: readonly Pack[]): Promise<void> {
    const { segment, onDurable } = this.#options
    let position = this.#next
    try {
      const frames = await segment.write(packs, position)
      this.#next = frames.reduce((next, { count }) => next + count, position)
      onDurable(frames)
    } catch (error) {
      await this.#fail(group, appendError(error))
      return
    }
    for (const { batch, resolve } of group) {
      resolve({ position, count: batch.count })
      position += batch.count
    }
  }

  async #fail(group: readonly Waiting[], error: AppendError): Promise<void> {
    this.#failures++
    await this.#options.segment.fail()
    const message = `${error.message}; its segment ends at the last durable record`
    this.#options.onProblem({
      kind: 'write',
      message,
      from: null,
      to: null,
      setAside: null,
      cause: error.cause,
    })
    refuse([...group, ...this.#queue.splice(0)], error)
  }
}

function refuse(group: readonly Waiting[], error: AppendError): void {
  for (const { reject } of group) reject(error)
}

function appendError(error: unknown): AppendError {
  if (error instanceof AppendError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new AppendError(`log: an append could not be made durable: ${reason}`, { cause: error })
}

/** A batch that would break the log's framing is a bug of its sender, caught before it can do harm. */
function faultOf({ lines, count, source, origin }: Append): string | null {
  if (!(Number.isSafeInteger(count) && count > 0)) return `an append of ${count} lines`
  if (lines.length < 2 * count || lines.at(-1) !== LF)
    return `${count} lines in ${lines.length} bytes, or no LF at the end`
  if (source.length > MAX_SOURCE_CHARACTERS)
    return `a source name of ${source.length} characters, allowed are 128`
  if (origin !== undefined && !isOrigin(origin)) return `an origin ${JSON.stringify(origin)}`
  return null
}

function isOrigin({ topic, partition, from, next }: Origin): boolean {
  const areWhole = [partition, from, next].every(value => Number.isSafeInteger(value) && value >= 0)
  return topic.length <= MAX_TOPIC_CHARACTERS && areWhole && from < next
}
