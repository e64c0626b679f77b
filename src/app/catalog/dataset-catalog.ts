import { join } from 'node:path'
import type { CatalogColumn, DatasetVersion, Quality } from '../../serve/contract/intake/catalog.ts'
import { isVersion } from './schema/drift.ts'
import type { Look, Wants } from './schema/drift.ts'
import { judgeVersion, withHeldAccepted, withVersion } from './history.ts'
import type { Judged, Origin } from './history.ts'
import { isSharpLoss } from './loss.ts'
import type { Kept } from './loss.ts'
import type { DatasetMemory } from './memory.ts'
import { CatalogFile, DatasetMemory as Memory, NEW_DATASET } from './memory.ts'
import { columnsOf } from './schema/profile.ts'

/** What was received at once, as landing knows it. */
export interface Received {
  readonly id: string
  readonly holds: DatasetVersion['holds']
  readonly receivedAtMs: number
  readonly from: string
  readonly parts: readonly { readonly sha256: string; readonly bytes: number }[]
}

/** What became of it. */
export type Outcome = Pick<
  DatasetVersion,
  'state' | 'why' | 'sent' | 'withdrawn' | 'rejected' | 'positions'
> & {
  readonly rows: number
  readonly quality: Quality | null
}

/** How it was judged. */
interface Seen {
  readonly look: Look
  readonly judged: Judged
  readonly wants: Wants
}

const NAMED_PARTS = 10
const NOTHING = { sent: 0, withdrawn: 0, rejected: 0, positions: null, quality: null }

/** What is known of one dataset: its schemas, its versions and how good they were; kept in `catalog.json` beside its job's memory. */
export class DatasetCatalog {
  readonly #file: CatalogFile<DatasetMemory>
  readonly #source: string
  #memory: Promise<DatasetMemory> | null = null
  #damage: string | null = null
  #unwritten: string | null = null
  readonly #onTrouble: (trouble: string | null) => void

  /**
   * @param source what it is learnt from: another one begins anew
   * @param onTrouble told what is wrong with the catalogue itself, in words; null: nothing is any more
   */
  constructor(folder: string, source: string, onTrouble: (trouble: string | null) => void = () => {}) {
    this.#onTrouble = onTrouble
    this.#file = new CatalogFile(join(folder, 'catalog.json'), Memory)
    this.#source = source
  }

  get memory(): Promise<DatasetMemory> {
    return (this.#memory ??= this.#read())
  }

  /** What is wrong with the catalogue itself, in words; null where nothing is. */
  get trouble(): string | null {
    return this.#damage ?? this.#unwritten
  }

  async judge(holds: DatasetVersion['holds'], look: Look, wants: Wants): Promise<Judged> {
    return judgeVersion(await this.memory, this.#origin(holds), look, wants)
  }

  /** Whether a whole version has lost so much that somebody has to look at it. */
  async isLoss(kept: Kept, maxWithdrawnShare: number): Promise<boolean> {
    return isSharpLoss(kept, (await this.memory).loss, maxWithdrawnShare)
  }

  /** It was received and is not processed. @param loss for which it is not; null: for its columns */
  async hold(
    received: Received,
    { look, judged, wants }: Seen,
    why: string,
    loss: Kept | null = null,
  ): Promise<void> {
    const outcome: Outcome = { ...NOTHING, state: 'held', why, rows: look.profile.rows }
    const known = loss === null ? null : { ...loss, accepted: false }
    await this.#add(received, outcome, { look, judged, wants }, known)
  }

  /** @param look null: it is no table */
  async note(received: Received, outcome: Outcome, look: Look | null, wants: Wants): Promise<void> {
    if (look === null) {
      await this.#add(received, outcome, null)
      return
    }
    const judged = await this.judge(received.holds, look, wants)
    const isTable = isVersion(judged.columns, wants) && outcome.state === 'taken'
    await this.#add(received, outcome, isTable ? { look, judged, wants } : null)
  }

  /** What is held is right from now on, should the source stay as it is. */
  async acceptHeld(): Promise<void> {
    await this.#write(withHeldAccepted(await this.memory))
  }

  async #add(
    received: Received,
    outcome: Outcome,
    seen: Seen | null,
    loss: DatasetMemory['loss'] = null,
  ): Promise<void> {
    const { id, holds, receivedAtMs, from, parts } = received
    const before = await this.memory
    const after = withVersion(
      // What was lost is no question any more once another whole version came.
      holds === 'all' ? { ...before, loss } : before,
      {
        ...{ id, holds, from, ...outcome },
        received_at: new Date(receivedAtMs).toISOString(),
        bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
        parts: parts.length,
        contents: parts.slice(0, NAMED_PARTS).map(({ sha256 }) => sha256),
      },
      seen?.judged ?? null,
      this.#origin(holds),
    )
    const isNewest = seen !== null && after.versions.at(-1)?.id === id
    await this.#write(
      isNewest ? { ...after, columns: columnsSeen(seen.look, seen.judged, seen.wants) } : after,
    )
  }

  #origin(holds: DatasetVersion['holds']): Origin {
    return {
      holds: holds === 'file' ? 'file' : 'download',
      source: holds === 'file' ? 'inbox' : this.#source,
    }
  }

  async #read(): Promise<DatasetMemory> {
    const { value, damage } = await this.#file.read()
    this.#damage = damage
    this.#onTrouble(this.trouble)
    return value ?? NEW_DATASET
  }

  /** Without room for it the job goes on: what was landed can be looked at again. */
  async #write(memory: DatasetMemory): Promise<void> {
    this.#memory = Promise.resolve(memory)
    try {
      await this.#file.write(memory)
      this.#unwritten = null
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === undefined) throw error
      this.#unwritten = `it can't be written down (${code})`
    }
    this.#onTrouble(this.trouble)
  }
}

function columnsSeen(
  { profile, told }: Look,
  judged: Judged,
  { needs, reads, plain = name => name }: Wants,
): CatalogColumn[] {
  const known = new Map(profile.columns.map(column => [column.name, column]))
  const now = new Map(judged.columns.map(column => [column.name, column]))
  return columnsOf(profile, told).map(({ name, type, declared }) => {
    const { filled = 0, distinct = null, example = null } = known.get(name) ?? {}
    const type_ = now.get(name)?.type ?? type
    return {
      ...{ name, unit: null, says: null, distinct, example },
      type: declared === null ? type_ : `${type_} (${declared})`,
      needed: [...needs.flat(), ...(reads ?? [])].includes(plain(name)),
      nulls: profile.rows === 0 ? null : 1 - filled / profile.rows,
    }
  })
}
