import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { seal, unseal } from '../../../core/disk/sealed-json.ts'
import { writeFileDurably } from '../../../core/disk/write-file-durably.ts'
import { Delivery, givenUp } from './delivery.ts'

export interface BookOptions {
  /** Its folder; a file for each delivery. */
  readonly dir: string
  /** So many finished ones are kept. */
  readonly keep: number
  /** With more that wait, further ones are given up at once: something sends far too many. @default 5_000 */
  readonly mostWaiting?: number
  readonly now: () => number
}

const MOST_WAITING = 5_000
const NAME = /^[0-9a-f]{32}\.json$/

/**
 * All deliveries that wait, and the last ones that ended. What was added or changed is on disk when the promise resolves; a
 * delivery is either in here or was finished so long ago that newer ones took its place.
 */
export class DeliveryBook {
  readonly #options: BookOptions
  readonly #all = new Map<string, Delivery>()
  readonly #damaged: string[] = []
  /** Ids of those that are otherwise on disk, because it had no room. */
  readonly #unwritten = new Set<string>()

  private constructor(options: BookOptions) {
    this.#options = options
  }

  static async open(options: BookOptions): Promise<DeliveryBook> {
    const book = new DeliveryBook(options)
    await book.#read()
    return book
  }

  /** Files that could not be read and were put aside: what was in them is not known. */
  get damaged(): readonly string[] {
    return this.#damaged
  }

  /** Newest first. */
  list(): Delivery[] {
    return [...this.#all.values()].sort((a, b) => b.createdAtMs - a.createdAtMs || compare(b.id, a.id))
  }

  /** Those that wait for a target, oldest first. */
  waiting(target: string): Delivery[] {
    return this.list()
      .filter(one => one.state === 'waiting' && one.target === target)
      .reverse()
  }

  /** Adds what is not there yet. */
  async add(deliveries: readonly Delivery[]): Promise<void> {
    for (const one of deliveries) {
      if (this.#all.has(one.id)) continue
      const waiting = this.#count('waiting')
      const isFull = one.state === 'waiting' && waiting >= (this.#options.mostWaiting ?? MOST_WAITING)
      const reason = `${waiting} deliveries wait already; make the rules narrower`
      await this.put(isFull ? givenUp(one, reason, this.#options.now()) : one)
    }
  }

  /** What became of one that is in here counts at once, also where it can't be written: it must not be sent again for that. */
  async put(delivery: Delivery): Promise<void> {
    const { id } = delivery
    if (this.#all.has(id)) {
      this.#all.set(id, delivery)
      this.#unwritten.add(id)
    }
    await writeFileDurably(this.#path(id), seal(delivery), 0o600)
    this.#all.set(id, delivery)
    this.#unwritten.delete(id)
    await this.#forget()
  }

  /** Writes what could not be written when it was put. @returns whether there was any */
  async catchUp(): Promise<boolean> {
    const late = [...this.#unwritten].flatMap(id => this.#all.get(id) ?? [])
    for (const one of late) await this.put(one)
    return late.length > 0
  }

  async #forget(): Promise<void> {
    const over = this.#all.size - this.#count('waiting') - this.#options.keep
    if (over <= 0) return
    const ended = this.list().filter(({ state }) => state !== 'waiting')
    for (const { id } of ended.slice(this.#options.keep)) {
      await rm(this.#path(id), { force: true })
      this.#all.delete(id)
      this.#unwritten.delete(id)
    }
  }

  async #read(): Promise<void> {
    const { dir } = this.#options
    await mkdir(dir, { recursive: true, mode: 0o700 })
    for (const name of await readdir(dir)) {
      if (!NAME.test(name)) continue
      const path = join(dir, name)
      const delivery = deliveryOf(await readFile(path, 'utf8'))
      if (delivery !== null) this.#all.set(delivery.id, delivery)
      else {
        await rename(path, `${path}.damaged`)
        this.#damaged.push(`${name}.damaged`)
      }
    }
    await this.#forget()
  }

  #count(state: Delivery['state']): number {
    let count = 0
    for (const one of this.#all.values()) if (one.state === state) count++
    return count
  }

  #path(id: string): string {
    return join(this.#options.dir, `${id}.json`)
  }
}

function deliveryOf(text: string): Delivery | null {
  try {
    const { value, sealed } = unseal(text)
    return sealed ? (Delivery.safeParse(value).data ?? null) : null
  } catch {
    return null
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
