import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import { seal, unseal } from '../../core/disk/sealed-json.ts'
import { AppError } from '../../core/errors.ts'
import type { NamedDelivery } from './delivery.ts'
import { Delivery, landedAtMs, landedId, markIn, Receipt } from './delivery.ts'
import type { ObjectStore } from '../../storage/index.ts'

const pack = promisify(zstdCompress)
const unpack = promisify(zstdDecompress)

/** Something that was landed is gone or damaged; the message says what and the remedy. */
export class LandingError extends AppError {
  readonly code = 'ART_LANDING'
}

/** What must not be kept of an answer's headers. */
const UNKEPT: ReadonlySet<string> = new Set(['set-cookie', 'www-authenticate', 'proxy-authenticate'])
const MAX_HEADER_CHARS = 4096

/**
 * Everything that was received, kept as it came: contents by their SHA-256 (`objects/`, packed with zstd), what was received when
 * (`receipts/<dataset>/`), what is processed together (`deliveries/<dataset>/`), and that it was (`processed/<dataset>/`). Writes
 * may be repeated: the same thing lands in the same place.
 */
export class Landing {
  readonly #store: ObjectStore
  /** One after another: nobody lets go of content that another has just found there, and no two deliveries get one place. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(store: ObjectStore) {
    this.#store = store
  }

  /** Durable once it resolves. @returns the content's SHA-256 */
  async land(
    body: Buffer,
    about: Omit<Receipt, 'sha256' | 'bytes'>,
  ): Promise<{ sha256: string; bytes: number }> {
    const sha256 = createHash('sha256').update(body).digest('hex')
    const receipt: Receipt = { ...about, headers: keptHeaders(about.headers), sha256, bytes: body.length }
    await this.#inTurn(async () => {
      const key = objectKey(sha256)
      if (!(await this.#store.has(key))) await this.#store.put(key, await pack(body))
      await this.#store.put(
        `receipts/${about.dataset}/${landedId(about.receivedAtMs, [sha256])}.json`,
        Buffer.from(seal(receipt)),
      )
    })
    return { sha256, bytes: body.length }
  }

  /** @throws {LandingError} when it is gone, or not what was received */
  async content(sha256: string): Promise<Buffer> {
    const packed = await this.#store.get(objectKey(sha256))
    const remedy = 'run the job again, which asks its source for it'
    if (packed === null)
      throw new LandingError(`landing/${objectKey(sha256)} is gone; put it back, or ${remedy}`)
    const body = await unpack(packed).catch(() => null)
    if (body === null || createHash('sha256').update(body).digest('hex') !== sha256)
      throw new LandingError(`landing/${objectKey(sha256)} is damaged; remove it and ${remedy}`)
    return body
  }

  /** Notes what is to be processed together. Durable once it resolves; the same one again is the same. */
  async deliver(delivery: Delivery): Promise<NamedDelivery> {
    return this.#inTurn(async () => {
      const id = await this.idOf(delivery)
      await this.#store.put(`deliveries/${delivery.dataset}/${id}.json`, Buffer.from(seal(delivery)))
      return { ...delivery, id }
    })
  }

  /** Under which a delivery is noted: behind all that were before, however the clock was set since; the same one again has the same. */
  async idOf(delivery: Delivery): Promise<string> {
    const { dataset, receivedAtMs, parts } = delivery
    const contents = parts.map(({ sha256 }) => sha256)
    const own = landedId(receivedAtMs, contents)
    const ids = await this.deliveryIds(dataset)
    const newest = ids.at(-1)
    if (newest === undefined || own > newest || ids.includes(own)) return own
    const mark = markIn(own)
    for (const id of ids.filter(one => markIn(one) === mark))
      if ((await this.delivery(dataset, id)).receivedAtMs === receivedAtMs) return id
    return landedId(landedAtMs(newest) + 1, contents)
  }

  /** In the order in which they were received. @throws {LandingError} for one that is damaged */
  async deliveries(dataset: string): Promise<NamedDelivery[]> {
    const found: NamedDelivery[] = []
    for (const id of await this.deliveryIds(dataset)) found.push(await this.delivery(dataset, id))
    return found
  }

  /** In the order in which they were received. */
  async deliveryIds(dataset: string): Promise<string[]> {
    return idsIn(await this.#store.list(`deliveries/${dataset}`))
  }

  /** @throws {LandingError} when it is damaged or gone */
  async delivery(dataset: string, id: string): Promise<NamedDelivery> {
    const key = `deliveries/${dataset}/${id}.json`
    const text = (await this.#store.get(key))?.toString('utf8') ?? ''
    const delivery = Delivery.safeParse(parsed(text)).data
    if (delivery === undefined)
      throw new LandingError(`landing/${key} is damaged; remove it and run the job again`)
    return { ...delivery, id }
  }

  /** Of deliveries that were processed. */
  async processedIds(dataset: string): Promise<ReadonlySet<string>> {
    return new Set(idsIn(await this.#store.list(`processed/${dataset}`)))
  }

  /** Durable once it resolves. @param result for people */
  async markProcessed({ dataset, id }: NamedDelivery, result: object): Promise<void> {
    await this.#store.put(processedKey(dataset, id), Buffer.from(seal(result)))
  }

  /**
   * Lets go of deliveries that were processed and received before, with what only they hold.
   *
   * @param keepsWhole the newest whole dataset stays, and what came after it: what is left still makes the present tables
   */
  async letGo(dataset: string, beforeMs: number, keepsWhole: boolean): Promise<void> {
    const deliveries = await this.deliveries(dataset)
    const processed = await this.processedIds(dataset)
    const whole = keepsWhole ? deliveries.findLastIndex(({ holds }) => holds === 'all') : Infinity
    const old = deliveries.filter(
      ({ id, receivedAtMs }, i) => receivedAtMs < beforeMs && i < whole && processed.has(id),
    )
    for (const delivery of old) {
      // First what names it: a crash leaves contents that nothing names, never a name without its content.
      await this.#store.remove(`deliveries/${dataset}/${delivery.id}.json`)
      await this.#store.remove(processedKey(dataset, delivery.id))
    }
    await this.#inTurn(() => this.#letGoOfReceipts(dataset, beforeMs))
  }

  async #letGoOfReceipts(dataset: string, beforeMs: number): Promise<void> {
    const own = idsIn(await this.#store.list(`receipts/${dataset}`))
    const old = own.filter(id => landedAtMs(id) < beforeMs)
    if (old.length === 0) return
    const needed = new Set<string>()
    for (const one of await this.#store.list('deliveries'))
      for (const { parts } of await this.deliveries(one)) for (const { sha256 } of parts) needed.add(sha256)
    // What another dataset received too is the other's, delivered or not.
    const named = new Map<string, number>()
    for (const one of await this.#store.list('receipts'))
      for (const id of idsIn(await this.#store.list(`receipts/${one}`)))
        named.set(markIn(id), (named.get(markIn(id)) ?? 0) + 1)
    for (const id of old) {
      const key = `receipts/${dataset}/${id}.json`
      const receipt = Receipt.safeParse(parsed((await this.#store.get(key))?.toString('utf8') ?? '')).data
      if (receipt === undefined || needed.has(receipt.sha256)) continue
      const left = (named.get(markIn(id)) ?? 1) - 1
      named.set(markIn(id), left)
      if (left === 0) await this.#store.remove(objectKey(receipt.sha256))
      await this.#store.remove(key)
    }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => {})
    return done
  }
}

function idsIn(names: readonly string[]): string[] {
  return names.map(name => name.replace(/\.json$/, ''))
}

function objectKey(sha256: string): string {
  return `objects/${sha256.slice(0, 2)}/${sha256}.zst`
}

function processedKey(dataset: string, id: string): string {
  return `processed/${dataset}/${id}.json`
}

function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !UNKEPT.has(name))
      .map(([name, value]) => [name, value.slice(0, MAX_HEADER_CHARS)]),
  )
}

function parsed(text: string): unknown {
  try {
    return unseal(text).value
  } catch {
    return null
  }
}
