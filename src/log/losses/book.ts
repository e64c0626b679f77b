import { mkdir, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { Losses } from '../../core/losses.ts'
import { joined, without } from '../../core/ranges.ts'
import type { Range } from '../../core/ranges.ts'
import { Loss } from '../../core/schema/loss.ts'
import type { FoundLoss } from '../../core/schema/loss.ts'
import { seal, unseal } from '../../core/disk/sealed-json.ts'
import { writeFileDurably } from '../../core/disk/write-file-durably.ts'

const Document = z.strictObject({
  version: z.literal(1),
  /** Grows with each write: of two copies the higher one counts. */
  revision: z.int().nonnegative(),
  losses: z.array(Loss),
  /** What the log remembers about positions, a second time: in another folder than the first. */
  positions: z.unknown(),
})
type Document = z.infer<typeof Document>

export interface LossBookOptions {
  /** Where its copies are, in different folders: a lost folder or a damaged file then takes nothing with it. */
  readonly paths: readonly string[]
  readonly now: () => number
  /** Told of each loss once, when it has just been written down. */
  readonly onLoss: (loss: Loss) => void
}

/** Where a city lost data is not for everybody to read. */
const OWNER_ONLY = 0o600

export interface Acknowledgement {
  readonly by: string
  readonly note: string | null
}

/** Every loss there ever was, and who took note of it. Nothing is ever taken out. */
export class LossBook implements Losses {
  readonly #options: LossBookOptions
  #document: Document
  #holes: Range[]
  #last: Promise<unknown> = Promise.resolve()
  /** Copies that were there and could not be read. */
  readonly unreadable: readonly string[]
  /** Is this the first time that the folder has one? */
  readonly isNew: boolean

  private constructor(options: LossBookOptions, copies: readonly Copy[]) {
    this.#options = options
    const best = copies
      .flatMap(({ document }) => document ?? [])
      .reduce<Document | null>(
        (most, one) => (most !== null && most.revision >= one.revision ? most : one),
        null,
      )
    this.#document = best ?? { version: 1, revision: 0, losses: [], positions: null }
    this.#holes = holesOf(this.#document.losses)
    this.isNew = best === null
    this.unreadable = copies.flatMap(({ path, damaged }) => (damaged ? [path] : []))
  }

  static async open(options: LossBookOptions): Promise<LossBook> {
    const book = new LossBook(options, await Promise.all(options.paths.map(readCopy)))
    // They are replaced by the next write, and somebody may still be able to read them.
    for (const path of book.unreadable) await rename(path, `${path}.damaged`)
    return book
  }

  get holes(): readonly Range[] {
    return this.#holes
  }

  /** Positions of the log of which nobody can tell whether a record had them, ascending. */
  get doubts(): readonly Range[] {
    return joined(this.#document.losses.filter(({ layer, exact }) => layer === 'log' && !exact))
  }

  /** As `keepPositions` was told last; whatever an older or newer program wrote. */
  get positions(): unknown {
    return this.#document.positions
  }

  list(): readonly Loss[] {
    return this.#document.losses
  }

  add(found: readonly FoundLoss[]): Promise<readonly Loss[]> {
    return this.#inTurn(async () => {
      const losses = [...this.#document.losses]
      const foundAt = new Date(this.#options.now()).toISOString()
      for (const one of found.flatMap(loss => newOf(loss, losses))) {
        losses.push({ ...one, id: freeId(one, losses), foundAt, acknowledged: null })
      }
      const added = losses.slice(this.#document.losses.length)
      if (added.length > 0) await this.#write({ ...this.#document, losses })
      for (const loss of added) this.#options.onLoss(loss)
      return added
    })
  }

  counted(id: string, inLake: number): Promise<void> {
    return this.#change(id, loss => (loss.inLake === inLake ? loss : { ...loss, inLake })).then(
      () => undefined,
    )
  }

  /** What is acknowledged already stays as it is. @returns null when there is no such loss */
  acknowledge(id: string, { by, note }: Acknowledgement): Promise<Loss | null> {
    const at = new Date(this.#options.now()).toISOString()
    return this.#change(id, loss =>
      loss.acknowledged === null ? { ...loss, acknowledged: { at, by, note } } : loss,
    )
  }

  /** Keeps a second copy of what must be remembered about positions. */
  keepPositions(positions: object): Promise<void> {
    return this.#inTurn(() => this.#write({ ...this.#document, positions }))
  }

  #change(id: string, change: (loss: Loss) => Loss): Promise<Loss | null> {
    return this.#inTurn(async () => {
      const { losses } = this.#document
      const loss = losses.find(one => one.id === id)
      if (loss === undefined) return null
      const changed = change(loss)
      if (changed === loss) return loss
      await this.#write({ ...this.#document, losses: losses.map(one => (one === loss ? changed : one)) })
      return changed
    })
  }

  async #write(next: Document): Promise<void> {
    const document = { ...next, revision: this.#document.revision + 1 }
    for (const path of this.#options.paths) {
      await mkdir(dirname(path), { recursive: true })
      await writeFileDurably(path, seal(document), OWNER_ONLY)
    }
    this.#document = document
    this.#holes = holesOf(document.losses)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }
}

interface Copy {
  readonly path: string
  readonly document: Document | null
  readonly damaged: boolean
}

async function readCopy(path: string): Promise<Copy> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return { path, document: null, damaged: false }
  }
  try {
    const { value, sealed } = unseal(text)
    if (sealed) return { path, document: Document.parse(value), damaged: false }
  } catch {
    // What it holds is no document any more; the other copy counts.
  }
  return { path, document: null, damaged: true }
}

/** What of a loss is not written down yet: of the log by its positions, of the rest by its key. */
function newOf(found: FoundLoss, losses: readonly Loss[]): FoundLoss[] {
  if (found.layer !== 'log') {
    const isKnown = losses.some(
      ({ layer, table, key }) => layer === found.layer && table === found.table && key === found.key,
    )
    return isKnown ? [] : [found]
  }
  const { from, to } = found
  return without([{ from, to }], holesOf(losses)).map(part => ({
    ...found,
    ...part,
    records: part.to - part.from,
  }))
}

function holesOf(losses: readonly Loss[]): Range[] {
  return joined(losses.filter(({ layer }) => layer === 'log'))
}

function freeId({ layer, from }: FoundLoss, losses: readonly Loss[]): string {
  const name = `${layer}-${from}`
  const taken = new Set(losses.map(({ id }) => id))
  for (let n = 2, id = name; ; id = `${name}-${n++}`) if (!taken.has(id)) return id
}
