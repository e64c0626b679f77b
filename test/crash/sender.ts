import { setTimeout as sleep } from 'node:timers/promises'
import type { Account, Batch } from './account.ts'
import { between } from '../random.ts'
import type { Random } from '../random.ts'
import { breakOff, RETRY_MS, sendBody } from './delivery.ts'
import type { StreamAccount } from './streams/account.ts'
import { streamLane } from './streams/lane.ts'

const PATH = '/v1/readings'
/** Once in so many requests one is broken off in its middle and never sent again. */
const GIVE_UP_SHARE = 0.01
/** A stream is told so much less often than readings. */
const STREAM_PAUSES = 3

export interface SenderOptions {
  readonly account: Account
  readonly streams: readonly StreamAccount[]
  readonly random: Random
  /** Where the server is now; it moves with each restart. */
  readonly url: () => string
  /** Of readings; each stream has one of its own. */
  readonly lanes: number
  /** Pause between a lane's requests, ms. */
  readonly pauseMs: number
}

/** Delivers batches without an end, each again and again until it is acknowledged, as a real client would. */
export class Sender {
  readonly #options: SenderOptions
  #lanes: Promise<void>[] = []
  #running = false

  constructor(options: SenderOptions) {
    this.#options = options
  }

  start(): void {
    this.#running = true
    const { lanes, streams, pauseMs, ...options } = this.#options
    const common = { ...options, pauseMs: pauseMs * STREAM_PAUSES, isRunning: () => this.#running }
    const onRequest = (isAgain: boolean) => this.#count(isAgain)
    this.#lanes = [
      ...Array.from({ length: lanes }, () => this.#lane()),
      ...streams.map(account => streamLane({ ...common, account, onRequest })),
    ]
  }

  /** Resolves when what was begun is acknowledged. */
  async pause(): Promise<void> {
    this.#running = false
    await Promise.all(this.#lanes)
    this.#lanes = []
  }

  #count(isAgain: boolean): void {
    const { account } = this.#options
    account.requests++
    if (isAgain) account.retries++
  }

  async #lane(): Promise<void> {
    const { account, random, pauseMs, url } = this.#options
    while (this.#running) {
      const batch = account.batch(between(random, 20, random() < 0.1 ? 4000 : 600))
      if (random() < GIVE_UP_SHARE) {
        account.giveUp(batch)
        await breakOff(url(), PATH, batch.lines)
      } else await this.#deliver(batch)
      await sleep(pauseMs)
    }
  }

  async #deliver(batch: Batch): Promise<void> {
    const { account, random, url } = this.#options
    for (let attempt = 0; ; attempt++) {
      this.#count(attempt > 0)
      if (await sendBody(url(), PATH, batch.lines, random)) break
      await sleep(RETRY_MS)
    }
    account.confirm(batch)
  }
}
