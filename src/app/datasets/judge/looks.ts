import { Profiler, sourceTable } from '../../catalog/index.ts'
import type { Look, TableLayout, Wants } from '../../catalog/index.ts'
import type { Delivery, Landing } from '../../landing/index.ts'
import type { DatasetSettings } from '../settings.ts'

type Seen = Pick<Delivery, 'holds'> & { readonly parts: readonly { readonly sha256: string }[] }
/** What a portal tells of its columns beside the rows. */
export interface Told {
  readonly columns: Look['told']
  readonly hasAllColumns: boolean
}

/** Looks at what was landed, each once in a run. */
export class Looks {
  readonly #landing: Pick<Landing, 'content'>
  readonly #settings: DatasetSettings
  readonly #made = new Map<string, Look | null>()

  constructor(landing: Pick<Landing, 'content'>, settings: DatasetSettings) {
    this.#landing = landing
    this.#settings = settings
  }

  /** Null where it is no table, or one without rows. */
  async of(seen: Seen, told: Told | null = null): Promise<Look | null> {
    const key = seen.parts.map(({ sha256 }) => sha256).join()
    const known = this.#made.get(key)
    if (known !== undefined) return known
    const look = await this.#look(seen, told)
    this.#made.set(key, look)
    return look
  }

  async #look({ holds, parts }: Seen, told: Told | null): Promise<Look | null> {
    const { needs, plain } = wantsOf(this.#settings, holds)
    const layout: TableLayout = this.#settings.reader.layout ?? {}
    const profiler = new Profiler(needs, plain)
    for (const { sha256 } of parts) {
      const table = sourceTable(await this.#landing.content(sha256), layout)
      if (table === null) return null
      profiler.add(table)
    }
    const profile = profiler.end()
    if (profile.rows === 0) return null
    const hasAllColumns = told?.hasAllColumns === true || profile.hasAllColumns
    return { profile, told: told?.columns ?? [], hasAllColumns, isWhole: holds !== 'since' }
  }
}

/** A file may call the columns by other names than a portal does. */
export function wantsOf({ wants, reader }: DatasetSettings, holds: Delivery['holds']): Wants {
  return holds === 'file' ? (reader.fileWants ?? wants) : wants
}
