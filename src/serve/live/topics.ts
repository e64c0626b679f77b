import type { Listener } from './audience.ts'

/** A client with more than this on its way misses rows, and is told how many. */
const MAX_WAITING_BYTES = 1024 * 1024
/** A client that takes nothing for so long is let go; its browser comes back by itself. */
const GIVE_UP_MS = 60_000
/** Proxies drop what is silent, and only who is written to shows that it is gone. */
const HEARTBEAT_MS = 15_000
/** Rows of one event; of more there are several. */
const EVENT_ROWS = 200

interface Member {
  readonly listener: Listener
  readonly streams: ReadonlySet<string>
  /** Rows not sent, by stream. */
  readonly skipped: Map<string, number>
  /** When it became too slow, ms; null while it keeps up. */
  behindSinceMs: number | null
}

export interface TopicsOptions {
  readonly now: () => number
  /** Somebody begins to follow. */
  readonly onJoin?: () => void
}

/**
 * Rows of streams as they are loaded, for whoever follows a stream: news, without a past, for lists have that. Nobody waits for a
 * slow client, and none holds more than a bounded number of bytes: it misses rows, and the event `skipped` says how many.
 */
export class StreamTopics {
  readonly #options: TopicsOptions
  readonly #members = new Set<Member>()
  #timer: NodeJS.Timeout | null = null

  constructor(options: TopicsOptions) {
    this.#options = options
  }

  /** Open streams. */
  get clients(): number {
    return this.#members.size
  }

  /** Rows of the stream that are in its table now, in silver's names. */
  rows(stream: string, rows: readonly Readonly<Record<string, unknown>>[]): void {
    const members = [...this.#members].filter(({ streams }) => streams.has(stream))
    if (members.length === 0) return
    for (let i = 0; i < rows.length; i += EVENT_ROWS) {
      const part = rows.slice(i, i + EVENT_ROWS)
      const event = eventOf(stream, { rows: part })
      for (const member of members) this.#send(member, stream, part.length, event)
    }
  }

  /** Adds a listener of these streams. @returns a function that takes it away again */
  connect(listener: Listener, streams: ReadonlySet<string>): () => void {
    const member: Member = { listener, streams, skipped: new Map(), behindSinceMs: null }
    this.#members.add(member)
    this.#options.onJoin?.()
    this.#timer ??= setInterval(() => this.beat(), HEARTBEAT_MS)
    this.#timer.unref()
    return () => this.#leave(member)
  }

  /** Ends every stream. */
  stop(): void {
    for (const { listener } of this.#members) listener.end()
    this.#members.clear()
    this.#rest()
  }

  /** Every 15 s: shows who is there, and lets go who is not. */
  beat(): void {
    for (const member of [...this.#members]) {
      const { listener, behindSinceMs } = member
      if (behindSinceMs !== null && this.#options.now() - behindSinceMs > GIVE_UP_MS) {
        this.#leave(member)
        listener.end()
      } else if (!this.#catchUp(member)) continue
      else listener.write(HEARTBEAT)
    }
  }

  #send(member: Member, stream: string, count: number, event: Buffer): void {
    const { listener, skipped } = member
    if (this.#catchUp(member)) {
      // An event larger than the bound itself still goes to a client that waits for nothing.
      if (listener.waitingBytes === 0 || listener.waitingBytes + event.length <= MAX_WAITING_BYTES) {
        listener.write(event)
        return
      }
      member.behindSinceMs = this.#options.now()
    }
    skipped.set(stream, (skipped.get(stream) ?? 0) + count)
  }

  /** Tells what a client missed, once it has taken all there was. @returns whether it keeps up */
  #catchUp(member: Member): boolean {
    if (member.behindSinceMs === null) return true
    if (member.listener.waitingBytes > 0) return false
    member.behindSinceMs = null
    member.listener.write(eventOf('skipped', { rows: Object.fromEntries(member.skipped) }))
    member.skipped.clear()
    return true
  }

  #leave(member: Member): void {
    this.#members.delete(member)
    if (this.#members.size === 0) this.#rest()
  }

  #rest(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }
}

const HEARTBEAT = Buffer.from(': \n\n')

function eventOf(name: string, data: unknown): Buffer {
  return Buffer.from(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
}
