import type { Appended } from '../../../core/log.ts'
import { BodySlowError, DoorBusyError, RefusedLinesError, SenderBehindError } from '../ingest-error.ts'
import type { BodyFault } from '../ingest-error.ts'
import { Body } from './body.ts'
import type { BodyPass, Keeper, Lease } from './body.ts'
import { DoorClosedError } from './closed.ts'
import type { Closed } from './closed.ts'
import { Ledger } from './ledger.ts'
import type { RefusedRun } from './ledger.ts'
import { Refusals } from './refusals.ts'
import { Turns } from './turns.ts'

export interface FairOptions {
  /** What all senders together may have waiting to be loaded. */
  readonly maxRecords: number
  readonly maxBytes: number
  /** What waits now, whoever sent it. */
  readonly backlog: () => { readonly records: number; readonly bytes: number }
  /** First position of the log that is not in every layer yet. */
  readonly loaded: () => number
  readonly closed: () => Closed | null
  /** Monotonic, ms. */
  readonly now: () => number
}

/** Lines of one sender on their way to the log at once, byte: more would stand before the lines of others. */
const SENDER_FLIGHT_BYTES = 8 * 1024 * 1024
const ALL_FLIGHT_BYTES = 64 * 1024 * 1024
/** The first records of a body may use all of its sender's share; after them half is left to its other, smaller bodies. */
const SMALL_RECORDS = 10_000
/** Bodies of one sender that are open at once, and of all. */
const SENDER_BODIES = 512
const ALL_BODIES = 2048
/** Memory of all open bodies, byte: whole lines not handed on, long lines not at their end, windows of decompressors. */
const HELD_BYTES = 512 * 1024 * 1024
/** A body that brought nothing for so long makes way for another, ms. */
const QUIET_MS = 2_000
/** A body waits so long for a backlog that does not shrink, ms. */
const PATIENCE_MS = 15_000
const LOOK_EVERY_MS = 25
/** A body that flows may take so long to end when the server shuts down, ms. */
const CLOSING_MS = 5_000
const SHUTTING_DOWN: Closed = {
  status: 503,
  code: 'ART_NOT_READY',
  detail: 'The server is shutting down.',
  retryAfterS: 5,
}

/** Lets many senders in at once without one of them taking what the others need. */
export class FairDoor implements Keeper {
  readonly #options: FairOptions
  readonly #ledger = new Ledger()
  readonly #refusals: Refusals
  readonly #turns = new Turns()
  readonly #bodies = new Set<Body>()
  readonly #flights = new Map<string, { records: number; bytes: number }>()
  #flightBytes = 0
  #flightRecords = 0
  #heldBytes = 0
  #closing: Closed | null = null
  #loaded = 0
  #shrankAtMs = 0
  #waiting: Asking[] = []
  #timer: NodeJS.Timeout | null = null

  constructor(options: FairOptions) {
    this.#options = options
    this.#refusals = new Refusals(options.now)
  }

  /** Why a new body of this sender can't be taken now; null when it can. */
  refusal(sender: string): BodyFault | null {
    const closed = this.#closing ?? this.#options.closed()
    if (closed !== null) return new DoorClosedError(closed)
    this.#look()
    return this.#fullFor(sender, 0, false) ?? this.#floodOf(sender)
  }

  /** Lines of this sender came into the log by another door: they count in its share. */
  landed(sender: string, { position, count }: Appended, bytes: number): void {
    this.#look()
    this.#ledger.add(sender, position, count, bytes)
  }

  /** @param cut ends the body from outside, with what its sender is told */
  enter(sender: string, signal: AbortSignal, cut: (error: BodyFault) => void): BodyPass {
    const own = [...this.#bodies].filter(body => body.sender === sender)
    if (own.length >= SENDER_BODIES)
      this.#makeWay(own, `${SENDER_BODIES} bodies of this sender are on their way`)
    else if (this.#bodies.size >= ALL_BODIES)
      this.#makeWay([...this.#bodies], `${ALL_BODIES} bodies are on their way`)
    const body = new Body(this, sender, signal, cut)
    this.#bodies.add(body)
    return body
  }

  /** Nothing waits from now on, and after a while the bodies that still come are ended: the server shuts down. */
  close(): void {
    this.#closing = SHUTTING_DOWN
    this.#answer()
    setTimeout(() => {
      for (const body of [...this.#bodies]) body.end(new DoorClosedError(SHUTTING_DOWN))
    }, CLOSING_MS).unref()
  }

  /** The loader's word on lines: these broke a rule. */
  refused(runs: readonly RefusedRun[]): void {
    for (const [sender, lines] of this.#ledger.share(runs)) this.#refusals.add(sender, lines)
  }

  get batchRecords(): number {
    return Math.min(MAX_BATCH_RECORDS, Math.max(MIN_BATCH_RECORDS, Math.floor(this.#options.maxRecords / 50)))
  }

  get now(): number {
    return this.#options.now()
  }

  turn(body: Body): Promise<void> {
    return this.#turns.take(body)
  }

  charge(sender: string, lines: number): void {
    this.#refusals.add(sender, lines)
  }

  leave(body: Body): void {
    if (this.#bodies.delete(body)) this.#heldBytes -= body.heldBytes
    this.#waiting = this.#waiting.filter(asking => asking.body !== body)
  }

  /** Over the memory of all, the body goes that takes most of the sender that takes most. */
  held(more: number): void {
    this.#heldBytes += more
    if (more <= 0 || this.#heldBytes <= HELD_BYTES) return
    const bySender = new Map<string, number>()
    for (const { sender, heldBytes } of this.#bodies)
      bySender.set(sender, (bySender.get(sender) ?? 0) + heldBytes)
    const [most] = [...bySender].sort(([, a], [, b]) => b - a)[0] ?? []
    const own = [...this.#bodies].filter(({ sender }) => sender === most)
    const largest = own.sort((a, b) => b.heldBytes - a.heldBytes)[0]
    largest?.end(
      new DoorBusyError(
        'the bodies on their way take all the memory the door has; send again, in smaller parts',
      ),
    )
  }

  ask(body: Body, records: number, bytes: number): Promise<Lease> {
    this.#look()
    const asking = { body, records, bytes, sinceMs: this.now, resolve: ignore, reject: ignore } as Asking
    const promise = new Promise<Lease>((resolve, reject) => Object.assign(asking, { resolve, reject }))
    if (!this.#waiting.some(other => other.body.sender === body.sender) && this.#settle(asking))
      return promise
    this.#waiting.push(asking)
    this.#watch()
    return promise
  }

  forget(body: Body, error: BodyFault): void {
    for (const asking of this.#waiting) if (asking.body === body) asking.reject(error)
    this.leave(body)
  }

  /** Whether the question is answered, one way or the other. */
  #settle(asking: Asking): boolean {
    const { body, records, bytes } = asking
    const closed = this.#options.closed()
    if (closed !== null) return refuse(asking, new DoorClosedError(closed))
    const flood = this.#floodOf(body.sender)
    if (flood !== null) return refuse(asking, flood)
    const flying = this.#flights.get(body.sender)?.bytes ?? 0
    if (flying > 0 && (flying + bytes > SENDER_FLIGHT_BYTES || this.#flightBytes + bytes > ALL_FLIGHT_BYTES))
      return false
    const full = this.#fullFor(body.sender, records, body.records >= SMALL_RECORDS)
    if (full !== null) {
      if (this.now - Math.max(asking.sinceMs, this.#shrankAtMs) < PATIENCE_MS) return this.#wait(asking)
      return refuse(asking, full)
    }
    asking.resolve(this.#lease(body, records, bytes))
    return true
  }

  /** Not while the server shuts down. */
  #wait(asking: Asking): boolean {
    return this.#closing !== null && refuse(asking, new DoorClosedError(this.#closing))
  }

  #lease(body: Body, records: number, bytes: number): Lease {
    const { sender } = body
    body.records += records
    this.#fly(sender, records, bytes)
    const land = () => {
      this.#fly(sender, -records, -bytes)
      this.#answer()
    }
    return {
      landed: position => {
        this.#ledger.add(sender, position, records, bytes)
        land()
      },
      failed: land,
    }
  }

  #fly(sender: string, records: number, bytes: number): void {
    const flight = this.#flights.get(sender) ?? { records: 0, bytes: 0 }
    flight.records += records
    flight.bytes += bytes
    if (flight.records > 0 || flight.bytes > 0) this.#flights.set(sender, flight)
    else this.#flights.delete(sender)
    this.#flightBytes += bytes
    this.#flightRecords += records
  }

  /** @param isLarge the body has had its first records: it leaves half of the share to others of its sender */
  #fullFor(sender: string, more: number, isLarge: boolean): BodyFault | null {
    const { maxRecords, maxBytes, backlog } = this.#options
    const all = backlog()
    const records = all.records + this.#flightRecords
    if ((records > 0 && records + more > maxRecords) || all.bytes > maxBytes || this.#ledger.isFull) {
      return new SenderBehindError(
        `${records} records wait to be loaded, more than limits.backlogRecords (${maxRecords}) or limits.backlogBytes (${maxBytes}) allow; what was accepted is safe, send the rest later`,
      )
    }
    const waits = this.#ledger.of(sender)
    const flying = this.#flights.get(sender) ?? { records: 0, bytes: 0 }
    const own = waits.records + flying.records
    if (own === 0) return null
    const others = this.#ledger.senders - (waits.records > 0 ? 1 : 0)
    const share = 1 / (others + 2) / (isLarge ? 2 : 1)
    const tooMany = own + more > maxRecords * share
    if (!tooMany && waits.bytes + flying.bytes <= maxBytes * share) return null
    return new SenderBehindError(
      `${own} records of this sender wait to be loaded, its share of limits.backlogRecords (${maxRecords}) and limits.backlogBytes (${maxBytes}) while ${others} others send too; what was accepted is safe, send the rest later`,
    )
  }

  /** Told at once: a body that waited would go on after its sender left, since nobody looks for that meanwhile. */
  #floodOf(sender: string): BodyFault | null {
    const waitMs = this.#refusals.waitMs(sender)
    if (waitMs === 0) return null
    return new RefusedLinesError(
      'too many lines of this sender break rules; GET /v1/quarantine says which and why. Mend them, then send the rest',
      Math.ceil(waitMs / 1000),
    )
  }

  #makeWay(bodies: readonly Body[], what: string): void {
    const quiet = bodies.reduce((best, body) => (body.heardAtMs < best.heardAtMs ? body : best))
    if (this.now - quiet.heardAtMs < QUIET_MS) throw new DoorBusyError(`${what}; send again in a moment`)
    quiet.end(
      new BodySlowError(`${what}, and this one brought nothing for ${QUIET_MS / 1000} s; send it again`),
    )
  }

  /** Small bodies first, so that a large one does not hold them up. */
  #answer(): void {
    this.#waiting.sort((a, b) => a.body.records - b.body.records)
    this.#waiting = this.#waiting.filter(asking => !this.#settle(asking))
    if (this.#waiting.length > 0 || this.#timer === null) return
    clearInterval(this.#timer)
    this.#timer = null
  }

  #watch(): void {
    this.#timer ??= setInterval(() => {
      this.#look()
      this.#answer()
    }, LOOK_EVERY_MS).unref()
  }

  #look(): void {
    const loaded = this.#options.loaded()
    if (loaded === this.#loaded) return
    this.#loaded = loaded
    this.#shrankAtMs = this.now
    this.#ledger.loaded(loaded)
  }
}

/** Small enough that a limit met in mid-body is overrun by little, large enough for the log. */
const MAX_BATCH_RECORDS = 20_000
const MIN_BATCH_RECORDS = 100

interface Asking {
  readonly body: Body
  readonly records: number
  readonly bytes: number
  readonly sinceMs: number
  readonly resolve: (lease: Lease) => void
  readonly reject: (error: BodyFault) => void
}

function refuse(asking: Asking, error: BodyFault): true {
  asking.reject(error)
  return true
}

function ignore(): void {}
