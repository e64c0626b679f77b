import { entityTag } from '../answers.ts'
import { RequestError } from '../problems.ts'

/** An answer as it goes out. */
export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: Buffer
  /** False where it says of itself that it is another one in a moment. */
  readonly lasts: boolean
  /** Of a refusal that asks to come back. */
  readonly retryAfter: string | null
}

/** One that may be kept by whoever has it. */
export interface KeptAnswer extends Answer {
  readonly tag: string
}

export interface CacheOptions {
  readonly maxBytes: number
  readonly keepMs: number
  /** Of what does not last: enough that many who ask at once are one question. @default 1_000 */
  readonly keepBrieflyMs?: number
  /** Monotonic, ms. */
  readonly now: () => number
  /** So many answers are made at once, so that operators' questions have room beside them. @default 3 */
  readonly atOnce?: number
  /** So many wait for their turn; beyond that callers are told to come back. @default 100 */
  readonly mostWaiting?: number
}

interface Entry {
  readonly answer: KeptAnswer
  readonly bytes: number
  readonly untilMs: number
}

/** What a key and an entry take beside the body, byte. */
const ENTRY_BYTES = 512
/** One answer takes no more of the room than this share. */
const LARGEST_SHARE = 0.25

/** Answers by question: each is made once in a while, however many ask; what is asked for least recently goes first. */
export class AnswerCache {
  readonly #options: CacheOptions
  readonly #entries = new Map<string, Entry>()
  readonly #making = new Map<string, Promise<KeptAnswer>>()
  readonly #waiting: (() => void)[] = []
  #running = 0
  #bytes = 0

  constructor(options: CacheOptions) {
    this.#options = options
  }

  /** @throws {RequestError} when too many questions wait */
  async get(key: string, make: () => Promise<Answer>): Promise<KeptAnswer> {
    const entry = this.#entries.get(key)
    if (entry !== undefined) {
      this.#drop(key, entry)
      if (entry.untilMs > this.#options.now()) {
        this.#put(key, entry)
        return entry.answer
      }
    }
    const running = this.#making.get(key)
    if (running !== undefined) return running
    const made = this.#make(key, make).finally(() => this.#making.delete(key))
    this.#making.set(key, made)
    return made
  }

  async #make(key: string, make: () => Promise<Answer>): Promise<KeptAnswer> {
    await this.#turn()
    try {
      const made = await make()
      const answer = { ...made, tag: entityTag(made.body) }
      if (made.status === 200) this.#keep(key, answer)
      return answer
    } finally {
      // The turn goes to who waits first; nobody comes between.
      const next = this.#waiting.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }

  async #turn(): Promise<void> {
    const { atOnce = 3, mostWaiting = 100 } = this.#options
    if (this.#running < atOnce) {
      this.#running++
      return
    }
    if (this.#waiting.length >= mostWaiting)
      throw new RequestError('ART_PUBLIC_BUSY', 'Too many questions wait already; ask again in a moment.', {
        headers: { 'retry-after': '2' },
      })
    await new Promise<void>(resolve => this.#waiting.push(resolve))
  }

  #keep(key: string, answer: KeptAnswer): void {
    const { maxBytes, keepMs, keepBrieflyMs = 1_000, now } = this.#options
    const bytes = answer.body.length + 2 * key.length + ENTRY_BYTES
    if (bytes > maxBytes * LARGEST_SHARE) return
    this.#put(key, { answer, bytes, untilMs: now() + (answer.lasts ? keepMs : keepBrieflyMs) })
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes <= maxBytes) return
      this.#drop(oldest, entry)
    }
  }

  #put(key: string, entry: Entry): void {
    this.#entries.set(key, entry)
    this.#bytes += entry.bytes
  }

  #drop(key: string, { bytes }: Entry): void {
    if (this.#entries.delete(key)) this.#bytes -= bytes
  }
}
