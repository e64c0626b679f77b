import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import type { Account, Batch } from './account.ts'
import { between, pick } from '../random.ts'
import type { Random } from '../random.ts'

const LF = Buffer.from('\n')
const ANSWER_WITHIN_MS = 30_000
const RETRY_MS = 60
/** Once in so many requests one is broken off in its middle and never sent again. */
const GIVE_UP_SHARE = 0.01

export interface SenderOptions {
  readonly account: Account
  readonly random: Random
  /** Where the server is now; it moves with each restart. */
  readonly url: () => string
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
    this.#lanes = Array.from({ length: this.#options.lanes }, () => this.#lane())
  }

  /** Resolves when what was begun is acknowledged. */
  async pause(): Promise<void> {
    this.#running = false
    await Promise.all(this.#lanes)
    this.#lanes = []
  }

  async #lane(): Promise<void> {
    const { account, random, pauseMs } = this.#options
    while (this.#running) {
      const batch = account.batch(between(random, 20, random() < 0.1 ? 4000 : 600))
      if (random() < GIVE_UP_SHARE) await this.#breakOff(batch)
      else await this.#deliver(batch)
      await sleep(pauseMs)
    }
  }

  async #deliver(batch: Batch): Promise<void> {
    const { account, random, url } = this.#options
    for (;;) {
      account.requests++
      if (await send(url(), batch, random)) break
      account.retries++
      await sleep(RETRY_MS)
    }
    account.confirm(batch)
  }

  /** Some of the lines, then silence: nobody knows which of them count. */
  async #breakOff(batch: Batch): Promise<void> {
    this.#options.account.giveUp(batch)
    const half = batch.lines.slice(0, Math.floor(batch.lines.length / 2))
    await new Promise<void>(resolve => {
      const asking = request(`${this.#options.url()}/v1/readings`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson', 'transfer-encoding': 'chunked' },
      })
      asking.on('close', resolve)
      asking.on('error', () => undefined)
      asking.write(body(half), () => asking.destroy())
    })
  }
}

/** @returns whether the batch was acknowledged */
async function send(url: string, batch: Batch, random: Random): Promise<boolean> {
  const encoding = pick(random, ['', '', 'gzip', 'zstd'])
  const plain = body(batch.lines)
  const packed = encoding === 'gzip' ? gzipSync(plain) : encoding === 'zstd' ? zstdCompressSync(plain) : plain
  try {
    const answer = await fetch(`${url}/v1/readings`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-ndjson',
        ...(encoding === '' ? {} : { 'content-encoding': encoding }),
      },
      body: new Uint8Array(packed),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    const text = await answer.text()
    if (answer.status === 200) {
      const { accepted } = JSON.parse(text) as { accepted: number }
      if (accepted !== batch.lines.length)
        throw new Refused(`${accepted} lines were acknowledged of ${batch.lines.length} sent`)
      return true
    }
    if (answer.status === 429 || answer.status >= 500) return false
    throw new Refused(`a good request was answered ${answer.status}: ${text}`)
  } catch (error) {
    if (error instanceof Refused) throw error
    return false
  }
}

class Refused extends Error {}

function body(lines: readonly Buffer[]): Buffer {
  return Buffer.concat(lines.flatMap(line => [line, LF]))
}
