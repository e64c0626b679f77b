/** What the hub needs of a client's connection. */
export interface Listener {
  /** Bytes written to it and not yet taken by its network. */
  readonly waitingBytes: number
  write(event: Buffer): void
  end(): void
}

/** A client with more than this on its way is slow: it misses changes, and gets a snapshot when it has caught up. */
const MAX_WAITING_BYTES = 1024 * 1024
/** A client that takes nothing for so long is let go; its browser comes back by itself. */
const GIVE_UP_MS = 60_000

interface Member {
  readonly listener: Listener
  /** When it became too slow, ms; null while it keeps up. */
  behindSinceMs: number | null
}

/** The listeners of the hub. Nobody waits for a slow one, and none holds more than a bounded number of bytes. */
export class Audience {
  readonly #members = new Set<Member>()

  get size(): number {
    return this.#members.size
  }

  /** Adds a listener with the event it begins with; returns a function that takes it away. */
  add(listener: Listener, first: Buffer, nowMs: number): () => void {
    const member: Member = { listener, behindSinceMs: null }
    this.#members.add(member)
    this.#send(member, first, nowMs)
    return () => this.#members.delete(member)
  }

  tell(change: Buffer, snapshot: () => Buffer, nowMs: number): void {
    for (const member of this.#members) {
      if (member.behindSinceMs === null) this.#send(member, change, nowMs)
      else if (member.listener.waitingBytes === 0) {
        member.behindSinceMs = null
        this.#send(member, snapshot(), nowMs)
      } else if (nowMs - member.behindSinceMs > GIVE_UP_MS) {
        this.#members.delete(member)
        member.listener.end()
      }
    }
  }

  end(): void {
    for (const { listener } of this.#members) listener.end()
    this.#members.clear()
  }

  #send(member: Member, event: Buffer, nowMs: number): void {
    const { listener } = member
    // An event larger than the bound itself still goes to a client that waits for nothing.
    if (listener.waitingBytes > 0 && listener.waitingBytes + event.length > MAX_WAITING_BYTES) {
      member.behindSinceMs = nowMs
      return
    }
    listener.write(event)
  }
}
