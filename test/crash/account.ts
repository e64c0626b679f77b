import { between } from '../random.ts'
import type { Random } from '../random.ts'
import type { Readings } from './reading.ts'

/** One request's lines. */
export interface Batch {
  readonly lines: readonly Buffer[]
  readonly readings: readonly number[]
  /** Readings sent again with another content, which must lose. */
  readonly altered: readonly number[]
  readonly garbage: readonly string[]
}

/**
 * What the harness knows to be true: which readings were acknowledged, and which may or may not have arrived because their
 * request was given up. Repeats and conflicts are sent only of readings that were acknowledged before (or that stand
 * before them in the same body), so the first arrival is known.
 */
export class Account {
  readonly acknowledged = new Set<number>()
  readonly uncertain = new Set<number>()
  readonly alteredSent = new Set<number>()
  readonly altered = new Set<number>()
  /** Lines as hex. */
  readonly garbage = new Set<string>()
  readonly garbageSent = new Set<string>()
  /** Readings of which the harness itself destroyed a line in the log, and lines that it destroyed, as hex. */
  readonly destroyedReadings = new Set<number>()
  readonly destroyedLines = new Set<string>()
  requests = 0
  retries = 0
  readonly #readings: Readings
  readonly #random: Random
  #next = 0
  #garbageMade = 0

  constructor(readings: Readings, random: Random) {
    this.#readings = readings
    this.#random = random
  }

  batch(size: number): Batch {
    const lines: string[] = []
    const garbage: Buffer[] = []
    const readings: number[] = []
    const altered: number[] = []
    for (let i = 0; i < size; i++) {
      const chance = this.#random()
      if (chance < 0.01) garbage.push(this.#garbageLine())
      else if (chance < 0.05) lines.push(this.#readings.line(this.#known(readings)))
      else if (chance < 0.07) {
        const n = this.#known(readings)
        altered.push(n)
        lines.push(this.#readings.line(n, true))
      } else {
        const n = this.#next++
        readings.push(n)
        lines.push(this.#readings.line(n))
      }
    }
    for (const n of altered) this.alteredSent.add(n)
    for (const line of garbage) this.garbageSent.add(line.toString('hex'))
    return {
      lines: [...lines.map(line => Buffer.from(line)), ...garbage],
      readings,
      altered,
      garbage: garbage.map(line => line.toString('hex')),
    }
  }

  confirm(batch: Batch): void {
    for (const n of batch.readings) this.acknowledged.add(n)
    for (const n of batch.altered) this.altered.add(n)
    for (const line of batch.garbage) this.garbage.add(line)
  }

  /** A line of the log is gone, by the harness's own hand. */
  destroy(line: Buffer): void {
    this.destroyedLines.add(line.toString('hex'))
    const n = this.#readings.numberOf(line.toString())
    if (n !== null) this.destroyedReadings.add(n)
  }

  giveUp(batch: Batch): void {
    for (const n of batch.readings) this.uncertain.add(n)
  }

  /** A reading that is surely in the log before the line that is made now. */
  #known(here: number[]): number {
    for (let attempt = 0; attempt < 8; attempt++) {
      const n = Math.floor(this.#random() * this.#next)
      if (this.acknowledged.has(n)) return n
    }
    const last = here.at(-1)
    if (last !== undefined) return last
    here.push(this.#next)
    return this.#next++
  }

  #garbageLine(): Buffer {
    const id = this.#garbageMade++
    const kinds = [
      Buffer.from(`{"sensor_id":"G-${id}","timestamp":"2026-01-05T00:00:00Z","average_speed":9999${id}.5}`),
      Buffer.from(`{"broken":${id}, "sensor_id":`),
      Buffer.from(`[${id}]`),
      Buffer.from(`{"sensor_id":"G-${id}","timestamp":"yesterday","vehicle_count":1}`),
      Buffer.concat([Buffer.from(`{"garbage":${id}`), Buffer.from([0xff, 0xfe, 0x00, 0x80])]),
      Buffer.from(`{"sensor_id":"G-${id}","timestamp":"2026-01-05T00:00:00Z","vehicle_count":1e300}`),
    ]
    return kinds[between(this.#random, 0, kinds.length - 1)] ?? Buffer.from(`garbage ${id}`)
  }
}
