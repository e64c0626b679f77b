import { between, pick } from '../../random.ts'
import type { Random } from '../../random.ts'
import { timeOf, VARIANTS } from './kinds.ts'
import type { Kind, Saying } from './kinds.ts'

const THINGS = 24
const DAY_MS = 86_400_000
/** Versions made ahead of others that come later. */
const MOST_SKIPPED = 20

/** One request's lines: sayings first. */
export interface StreamBatch {
  readonly sayings: readonly Saying[]
  readonly garbage: readonly Buffer[]
}

/** What the lake must hold of one thing. */
export interface Version {
  readonly atMs: number
  readonly said: string
  readonly withdrawn: boolean
}

/**
 * What was acknowledged of one stream. Its requests are made one after the other, each until it is answered, so that what stands
 * where in the log is known; a request that came twice says nothing new, because nothing is in it twice of what arrival orders.
 */
export class StreamAccount {
  readonly kind: Kind
  /** Lines that were acknowledged; of those sent again, once. */
  lines = 0
  /** By thing, in the order in which they arrived. */
  readonly versions = new Map<string, Version[]>()
  /** `key|ms` of contradictions. */
  readonly conflicts = new Set<string>()
  /** Lines as hex. */
  readonly garbage = new Set<string>()
  readonly garbageSent = new Set<string>()
  readonly destroyedLines = new Set<string>()
  /** Things of which the harness destroyed a line in the log: what is there of them is no longer known. */
  readonly spoiled = new Set<string>()
  readonly #there = new Map<string, Saying>()
  readonly #known: Saying[] = []
  readonly #random: Random
  readonly #beginMs: number
  readonly #highest = new Map<number, number>()
  readonly #skipped: Saying[] = []
  #made = 0
  #garbageMade = 0

  /** @param nowMs everything lies before it */
  constructor(kind: Kind, random: Random, nowMs: number) {
    this.kind = kind
    this.#random = random
    this.#beginMs = Math.floor(nowMs / DAY_MS - 4) * DAY_MS
  }

  batch(size: number): StreamBatch {
    const garbage = Array.from({ length: size }, () => this.#random()).filter(chance => chance < 0.03)
    const lines = garbage.map(() => this.#garbageLine())
    for (const line of lines) this.garbageSent.add(line.toString('hex'))
    return { sayings: this.#sayings(size), garbage: lines }
  }

  /** One thing anew, newer than everything that was said of it. */
  edit(): Saying {
    return this.#newest(between(this.#random, 0, THINGS - 1), false)
  }

  confirm({ sayings, garbage }: StreamBatch): void {
    this.lines += sayings.length + garbage.length
    for (const saying of sayings) this.#take(saying)
    for (const line of garbage) this.garbage.add(line.toString('hex'))
  }

  /** A line of the log is gone, by the harness's own hand. */
  destroy(line: Buffer): void {
    this.destroyedLines.add(line.toString('hex'))
    try {
      const thing = (JSON.parse(line.toString()) as Record<string, unknown>)[this.kind.key]
      if (typeof thing === 'string') this.spoiled.add(thing)
    } catch {
      // It was garbage.
    }
  }

  #take(saying: Saying): void {
    const { kind } = this
    const thing = `T-${saying.thing}`
    const id = kind.how === 'arrival' ? thing : `${thing}|${saying.atMs}`
    const before = this.#there.get(id)
    const isSame = before?.variant === saying.variant && before.withdrawn === saying.withdrawn
    if (isSame) return
    if (before !== undefined && kind.how !== 'arrival') {
      this.conflicts.add(`${kind.keyText(thing, saying.atMs)}|${saying.atMs}`)
      return
    }
    this.#there.set(id, saying)
    this.#known.push(saying)
    const { atMs, withdrawn, variant } = saying
    const versions = this.versions.get(thing)
    const version = { atMs, withdrawn, said: kind.said(variant) }
    if (versions === undefined) this.versions.set(thing, [version])
    else versions.push(version)
  }

  #sayings(size: number): Saying[] {
    const { how } = this.kind
    if (how === 'arrival') {
      const things = Array.from({ length: THINGS }, (_, thing) => thing).filter(() => this.#random() < 0.3)
      return things.map(thing => this.#newest(thing, this.#random() < 0.15))
    }
    const made: Saying[] = []
    for (let i = 0; i < size; i++) {
      const chance = this.#random()
      const old = chance < 0.1 ? this.#old(made) : undefined
      if (old === undefined) made.push(how === 'first' ? this.#next() : this.#version())
      else made.push(chance < 0.05 ? old : { ...old, variant: (old.variant + 1) % VARIANTS })
    }
    return made
  }

  #old(made: readonly Saying[]): Saying | undefined {
    const from = this.#known.length > 0 && this.#random() < 0.8 ? this.#known : made
    return from.length === 0 ? undefined : pick(this.#random, from)
  }

  #next(): Saying {
    const n = this.#made++
    const atMs = timeOf(this.kind, Math.floor(n / THINGS), this.#beginMs)
    return { thing: n % THINGS, atMs, variant: this.#variant(), withdrawn: false }
  }

  /** Mostly the newest of its thing; some come after newer ones. */
  #version(): Saying {
    const late = this.#skipped.length > MOST_SKIPPED ? this.#skipped.shift() : undefined
    if (late !== undefined) return late
    const saying = this.#newest(between(this.#random, 0, THINGS - 1), this.#random() < 0.1)
    if (this.#random() >= 0.15) return saying
    this.#skipped.push(saying)
    return this.#newest(saying.thing, this.#random() < 0.1)
  }

  #newest(thing: number, withdrawn: boolean): Saying {
    const number = (this.#highest.get(thing) ?? 0) + 1
    this.#highest.set(thing, number)
    const atMs = this.kind.how === 'arrival' ? 0 : this.#beginMs + number * 1000
    // Few contents, so that things also become what they were before.
    return { thing, atMs, variant: between(this.#random, 0, 3), withdrawn }
  }

  #variant(): number {
    return between(this.#random, 0, VARIANTS - 1)
  }

  #garbageLine(): Buffer {
    const id = this.#garbageMade++
    const good = this.kind.record({ thing: 999, atMs: this.#beginMs, variant: 1, withdrawn: false })
    const broken = this.kind.breaks.map(fields => JSON.stringify({ ...good, ...fields, garbage: id }))
    const others = [`{"broken":${id}, "`, `[${id}]`, `${id}`, `{"garbage":${id}}`]
    const line = Buffer.from(pick(this.#random, [...broken, ...others]))
    return this.#random() < 0.1 ? Buffer.concat([line, Buffer.from([0xff, 0xfe, 0x80])]) : line
  }
}
