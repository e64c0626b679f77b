import type { SchemaColumn, ValueType } from '../../../serve/contract/intake/catalog.ts'
import type { SourceTable, TableRow } from './source-table.ts'
import { kindOf, typeOf } from './value-type.ts'
import type { Kind } from './value-type.ts'

/** More different values of a column than this are not counted: they would have to be held. */
export const MAX_DISTINCT = 20_000
const MAX_EXAMPLE_CHARS = 80

export interface ColumnProfile {
  readonly name: string
  readonly type: ValueType
  readonly filled: number
  /** Null: more than are counted. */
  readonly distinct: number | null
  readonly example: string | null
}

/** What the rows of one version are, column by column. */
export interface Profile {
  readonly rows: number
  readonly columns: readonly ColumnProfile[]
  readonly hasAllColumns: boolean
  /** Rows in which none of a list of needed columns is filled, in the order of the lists. */
  readonly blanks: readonly number[]
}

interface Counting {
  readonly kinds: Map<Kind, number>
  readonly values: Set<string>
  example: string | null
}

/** Looks at a version, which may come in several files. */
export class Profiler {
  readonly #columns = new Map<string, Counting>()
  readonly #needs: readonly ReadonlySet<string>[]
  readonly #plain: (name: string) => string
  readonly #blanks: number[]
  #rows = 0
  #hasAllColumns = true

  /** @param plain makes names that mean the same column equal */
  constructor(needs: readonly (readonly string[])[], plain: (name: string) => string = name => name) {
    this.#needs = needs.map(names => new Set(names))
    this.#blanks = needs.map(() => 0)
    this.#plain = plain
  }

  add({ names, rows, hasAllColumns }: SourceTable): void {
    this.#hasAllColumns &&= hasAllColumns
    for (const name of names) this.#column(name)
    const needed = this.#needs.map(need => names.filter(name => need.has(this.#plain(name))))
    for (const row of rows) this.#row(names, row, needed)
    this.#rows += rows.length
  }

  end(): Profile {
    const columns = [...this.#columns].map(([name, { kinds, values, example }]) => ({
      ...{ name, type: typeOf(kinds), example },
      filled: [...kinds.values()].reduce((sum, n) => sum + n, 0),
      distinct: values.size > MAX_DISTINCT ? null : values.size,
    }))
    return { rows: this.#rows, columns, hasAllColumns: this.#hasAllColumns, blanks: this.#blanks }
  }

  #row(names: readonly string[], row: TableRow, needed: readonly (readonly string[])[]): void {
    for (const name of names) {
      const value = row[name]
      const kind = kindOf(value)
      if (kind === null) continue
      const column = this.#column(name)
      column.kinds.set(kind, (column.kinds.get(kind) ?? 0) + 1)
      const text = typeof value === 'string' ? value.trim() : JSON.stringify(value)
      column.example ??= text.slice(0, MAX_EXAMPLE_CHARS)
      if (column.values.size <= MAX_DISTINCT) column.values.add(text)
    }
    for (const [i, columns] of needed.entries())
      if (columns.every(name => kindOf(row[name]) === null)) this.#blanks[i] = (this.#blanks[i] ?? 0) + 1
  }

  #column(name: string): Counting {
    const known = this.#columns.get(name)
    if (known !== undefined) return known
    const made: Counting = { kinds: new Map(), values: new Set(), example: null }
    this.#columns.set(name, made)
    return made
  }
}

/** The columns of a profile, and those that the source names and that are filled nowhere, with the source's own types. */
export function columnsOf(
  profile: Profile,
  told: readonly { readonly name: string; readonly type: string | null }[] = [],
): SchemaColumn[] {
  const declared = new Map(told.map(({ name, type }) => [name, type]))
  const seen = profile.columns.map(({ name, type }) => ({ name, type, declared: declared.get(name) ?? null }))
  const names = new Set(seen.map(({ name }) => name))
  const blank = told
    .filter(({ name }) => !names.has(name))
    .map(({ name, type }) => ({ name, type: 'empty' as const, declared: type }))
  return [...seen, ...blank]
}
