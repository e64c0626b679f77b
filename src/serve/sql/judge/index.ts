import { Worker } from 'node:worker_threads'
import { RequestError, type ProblemCode } from '../../problems.ts'
import type { CheckedStatement, SqlParams } from '../guard/check.ts'
import type { EngineQuestions } from '../parser.ts'
import { SqlBusyError, SqlRefusedError } from '../refused.ts'
import type { SqlRequest } from '../statement.ts'

/** What the thread is told. */
export type ToJudge =
  | {
      readonly op: 'check'
      readonly id: number
      readonly request: SqlRequest
      readonly tables: readonly string[]
    }
  | {
      readonly op: 'resolved'
      readonly id: number
      readonly tree: Uint8Array
      readonly tables: readonly string[]
    }
  | { readonly op: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly op: 'drop'; readonly id: number }

/** What it wants to know of the engine. */
export type Asked =
  | { readonly what: 'canonical'; readonly sql: string }
  | { readonly what: 'ast'; readonly sql: string; readonly params: SqlParams }
  | { readonly what: 'names' }

/** What it says. */
export type FromJudge =
  /** It has loaded its code and reads from now on. */
  | { readonly ready: true }
  | { readonly id: number; readonly asked: Asked }
  | { readonly id: number; readonly judged: Judged | null }
  | { readonly id: number; readonly refused: string }
  | { readonly id: number; readonly mistake: { readonly code: ProblemCode; readonly message: string } }
  | { readonly id: number; readonly failed: string }

/** A statement that may run, with its parameters. */
export type Judged = CheckedStatement & { readonly params: SqlParams }

/**
 * Reading takes milliseconds, on a very busy machine a second or two. Longer, and something is wrong with the statement.
 * Where the processor is short, the thread's start alone takes longer: that is none of the statement's doing and not counted.
 */
const patienceMs = 10_000

interface InHand {
  readonly questions: EngineQuestions | null
  readonly resolve: (judged: Judged | null) => void
  readonly reject: (error: Error) => void
  /** Whether the thread owes a word. */
  owed: boolean
  /** Runs while it does and is ready. */
  timer: NodeJS.Timeout | null
}

/**
 * Reads users' statements in a thread of its own, so that none, however long or twisted, holds the main thread. The thread
 * is started with the first statement, and anew when it did not answer.
 */
export class Judge {
  readonly #inHand = new Map<number, InHand>()
  readonly #tables: readonly string[]
  readonly #patienceMs: number
  readonly #startThread: () => Worker
  #worker: Worker | null = null
  #isReady = false
  #last = 0

  /** @param tables `database.table` that may be read */
  constructor(tables: ReadonlySet<string>, patience = patienceMs, thread = startThread) {
    this.#tables = [...tables]
    this.#patienceMs = patience
    this.#startThread = thread
  }

  /** The first look: nothing of the statement runs. */
  async check(request: SqlRequest, questions: EngineQuestions): Promise<Judged> {
    const judged = await this.#start(questions, id => ({ op: 'check', id, request, tables: this.#tables }))
    if (judged === null) throw new Error('the judging thread answered another question')
    return judged
  }

  /** The second look, at the engine's resolved tree. */
  async checkResolved(tree: Uint8Array): Promise<void> {
    await this.#start(null, id => ({ op: 'resolved', id, tree, tables: this.#tables }))
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #start(questions: EngineQuestions | null, order: (id: number) => ToJudge): Promise<Judged | null> {
    const id = ++this.#last
    return new Promise((resolve, reject) => {
      this.#inHand.set(id, { questions, resolve, reject, owed: false, timer: null })
      this.#send(order(id))
    })
  }

  #send(message: ToJudge): void {
    const inHand = this.#inHand.get(message.id)
    if (inHand === undefined) return
    inHand.owed = true
    if (this.#isReady) this.#watch(inHand)
    this.#worker ??= this.#open()
    this.#worker.postMessage(message)
  }

  #watch(inHand: InHand): void {
    inHand.timer = setTimeout(() => this.#giveUp(), this.#patienceMs)
  }

  #open(): Worker {
    const worker = this.#startThread()
    worker.unref()
    worker.on('message', (message: FromJudge) => {
      if (this.#worker === worker) this.#hear(message)
    })
    worker.on('error', error => this.#lost(worker, error))
    worker.on('exit', () => this.#lost(worker, new Error('the judging thread ended')))
    return worker
  }

  #hear(message: FromJudge): void {
    if ('ready' in message) {
      this.#isReady = true
      for (const inHand of this.#inHand.values()) if (inHand.owed) this.#watch(inHand)
      return
    }
    const { id } = message
    const inHand = this.#inHand.get(id)
    if (inHand === undefined) return
    if (inHand.timer !== null) clearTimeout(inHand.timer)
    inHand.owed = false
    inHand.timer = null
    if ('asked' in message) {
      void this.#answer(id, message.asked, inHand)
      return
    }
    this.#inHand.delete(id)
    if ('judged' in message) inHand.resolve(message.judged)
    else if ('refused' in message) inHand.reject(new SqlRefusedError(message.refused))
    else if ('mistake' in message)
      inHand.reject(new RequestError(message.mistake.code, message.mistake.message))
    else inHand.reject(new Error(message.failed))
  }

  async #answer(id: number, asked: Asked, { questions, reject }: InHand): Promise<void> {
    try {
      this.#send({ op: 'answer', id, value: await answerOf(asked, questions) })
    } catch (error) {
      this.#inHand.delete(id)
      this.#worker?.postMessage({ op: 'drop', id } satisfies ToJudge)
      reject(error as Error)
    }
  }

  /** Ends the thread; which of the statements it owed a word on held it cannot be told, so none of them is tried again. */
  #giveUp(): void {
    const worker = this.#worker
    if (worker === null) return
    this.#lost(worker, new SqlRefusedError('reading the statement takes too long: write it more simply'))
    void worker.terminate()
  }

  #lost(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return
    this.#worker = null
    this.#isReady = false
    for (const { owed, timer, reject } of this.#inHand.values()) {
      if (timer !== null) clearTimeout(timer)
      reject(owed ? error : new SqlBusyError('the statement could not be read: try again in 1 s', 1))
    }
    this.#inHand.clear()
  }
}

function startThread(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), {
    name: 'judge',
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  })
}

async function answerOf(asked: Asked, questions: EngineQuestions | null): Promise<unknown> {
  if (questions === null) throw new Error('there is nobody to ask')
  if (asked.what === 'canonical') return questions.canonical(asked.sql)
  if (asked.what === 'ast') return questions.ast(asked.sql, asked.params)
  return questions.names()
}
