import { mkdir, readFile, rename } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { z } from 'zod'
import { seal, unseal } from '../../core/disk/sealed-json.ts'
import { writeFileDurably } from '../../core/disk/write-file-durably.ts'
import { CatalogColumn, DatasetVersion, SchemaVersion } from '../../serve/contract/intake/catalog.ts'

/** Everything that is known of one dataset; oldest first. */
export const DatasetMemory = z.object({
  schemas: z.array(SchemaVersion),
  versions: z.array(DatasetVersion),
  /** The columns of the newest version. */
  columns: z.array(CatalogColumn),
  /** For which the newest whole version was held; null: for none. */
  loss: z
    .object({ before: z.number(), now: z.number(), kept: z.number(), accepted: z.boolean() })
    .nullable()
    .default(null),
})
export type DatasetMemory = Readonly<z.infer<typeof DatasetMemory>>

export const NEW_DATASET: DatasetMemory = { schemas: [], versions: [], columns: [], loss: null }

/** A file that is replaced as a whole. One that is damaged is set aside and told; what it held begins anew. */
export class CatalogFile<T extends object> {
  readonly #path: string
  readonly #schema: z.ZodType<T>
  /** One write after another. */
  #last: Promise<void> = Promise.resolve()

  constructor(path: string, schema: z.ZodType<T>) {
    this.#path = path
    this.#schema = schema
  }

  /** @returns value null: there is none; damage in words, null where all is well */
  async read(): Promise<{ value: T | null; damage: string | null }> {
    try {
      const value = parsed(await readFile(this.#path, 'utf8'), this.#schema)
      if (value !== null) return { value, damage: null }
      const aside = `${this.#path}.damaged`
      await rename(this.#path, aside)
      return { value: null, damage: `its file was damaged and is kept as ${basename(aside)}` }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === undefined) throw error
      return { value: null, damage: code === 'ENOENT' ? null : `its file can't be read (${code})` }
    }
  }

  /** Durable once it resolves. */
  async write(value: T): Promise<void> {
    const written = this.#last.then(async () => {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 })
      await writeFileDurably(this.#path, seal(value), 0o600)
    })
    this.#last = written.catch(() => {})
    await written
  }
}

function parsed<T>(text: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.safeParse(unseal(text).value).data ?? null
  } catch {
    return null
  }
}
