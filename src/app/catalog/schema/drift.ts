import type { SchemaChange, SchemaColumn } from '../../../serve/contract/intake/catalog.ts'
import type { Profile } from './profile.ts'
import { columnsOf } from './profile.ts'

/** What a reader needs of a dataset's columns. */
export interface Wants {
  /** Columns it cannot read without; of each list one is enough. */
  readonly needs: readonly (readonly string[])[]
  /** Columns it looks at, which must not go or get another type; null: any may be one. */
  readonly reads: readonly string[] | null
  /** Those of them that it reads as a number, an instant or a flag. */
  readonly typed: readonly string[]
  /** Makes names equal that mean the same column to it. @default they are compared as they stand */
  readonly plain?: (name: string) => string
}

/** One version's columns, and what its source tells of them. */
export interface Look {
  readonly profile: Profile
  readonly told: readonly { readonly name: string; readonly type: string | null }[]
  /** Whether columns without any value are known too. */
  readonly hasAllColumns: boolean
  /** Not only what was touched since. */
  readonly isWhole: boolean
}

export interface Judgement {
  readonly columns: readonly SchemaColumn[]
  readonly changes: readonly SchemaChange[]
  /** Columns without which the reader can't read it, in words. */
  readonly lacking: readonly string[]
}

/** Types seen in fewer values are no evidence that a column has changed. */
const FEW_VALUES = 20

/**
 * What of a version's columns is otherwise than in the one that was accepted last, and whether its reader can bear it.
 *
 * @param before null: nothing is known, so that only what the reader needs is judged
 */
export function judgeSchema(before: readonly SchemaColumn[] | null, look: Look, wants: Wants): Judgement {
  const columns = columnsNow(before ?? [], look)
  return {
    columns,
    changes: before === null ? [] : schemaChanges(before, columns, wants),
    lacking: lackingOf(columns, look, wants),
  }
}

export function isBreaking({ changes, lacking }: Judgement): boolean {
  return lacking.length > 0 || changes.some(({ breaking }) => breaking)
}

/** Whether a file has any of what the reader needs: one that has none is something else, no version of the dataset. */
export function isVersion(columns: readonly SchemaColumn[], { needs, plain = same }: Wants): boolean {
  const names = new Set(columns.map(({ name }) => plain(name)))
  return needs.length === 0 || needs.some(list => list.some(name => names.has(name)))
}

/** In words: `begins is gone`, `begins: text → number`. */
export function changeText({ column, change, from, to }: SchemaChange): string {
  if (change === 'added') return `${column} is new`
  return change === 'removed' ? `${column} is gone` : `${column}: ${from ?? ''} → ${to ?? ''}`
}

const same = (name: string) => name

function columnsNow(before: readonly SchemaColumn[], look: Look): SchemaColumn[] {
  const earlier = new Map(before.map(column => [column.name, column]))
  const filled = new Map(look.profile.columns.map(({ name, filled: n }) => [name, n]))
  const now = columnsOf(look.profile, look.told).map(column => {
    const was = earlier.get(column.name)
    if (was === undefined) return column
    const isEvident = (filled.get(column.name) ?? 0) >= FEW_VALUES || was.type === 'empty'
    const isNarrower = was.type === 'number' && column.type === 'whole'
    const type = column.type === 'empty' || !isEvident || isNarrower ? was.type : column.type
    return { ...column, type, declared: column.declared ?? was.declared }
  })
  if (look.hasAllColumns) return now
  const there = new Set(now.map(({ name }) => name))
  return [...now, ...before.filter(({ name }) => !there.has(name))]
}

/** What is otherwise than before. */
export function schemaChanges(
  before: readonly SchemaColumn[],
  now: readonly SchemaColumn[],
  wants: Wants,
): SchemaChange[] {
  const earlier = new Map(before.map(column => [column.name, column]))
  const later = new Set(now.map(({ name }) => name))
  const { plain = same } = wants
  const isRead = (name: string) => wants.reads === null || wants.reads.includes(plain(name))
  const isTyped = (name: string) => wants.reads === null || wants.typed.includes(plain(name))
  const change = (column: string, rest: Omit<SchemaChange, 'column'>): SchemaChange => ({ column, ...rest })
  return [
    ...now
      .filter(({ name }) => !earlier.has(name))
      .map(one => change(one.name, { change: 'added', from: null, to: typeText(one), breaking: false })),
    ...before
      .filter(({ name }) => !later.has(name))
      .map(one =>
        // Of a list of names that mean the same another may stand there instead: what is needed is judged by itself.
        change(one.name, {
          ...{ change: 'removed', from: typeText(one), to: null },
          breaking: isRead(one.name) && !hasStandIn(one.name, now, wants),
        }),
      ),
    ...now.flatMap(one => {
      const was = earlier.get(one.name)
      if (was === undefined) return []
      if (was.declared !== null && one.declared !== null && was.declared !== one.declared)
        return [retyped(one.name, was.declared, one.declared, isRead(one.name))]
      if (was.type === one.type || was.type === 'empty') return []
      const isWider = was.type === 'whole' && one.type === 'number'
      const breaking = isTyped(one.name) && was.type !== 'text' && !isWider
      return [retyped(one.name, was.type, one.type, breaking)]
    }),
  ]
}

function retyped(column: string, from: string, to: string, breaking: boolean): SchemaChange {
  return { column, change: 'retyped', from, to, breaking }
}

function hasStandIn(name: string, now: readonly SchemaColumn[], { needs, plain = same }: Wants): boolean {
  const there = new Set(now.map(column => plain(column.name)))
  return needs.some(list => list.includes(plain(name)) && list.some(one => there.has(one)))
}

function lackingOf(columns: readonly SchemaColumn[], look: Look, { needs, plain = same }: Wants): string[] {
  // Rows that were touched may all lack a value, and JSON leaves it out.
  if (!look.hasAllColumns && !look.isWhole) return []
  const seen = look.hasAllColumns ? columns : columnsOf(look.profile, look.told)
  const there = new Set(seen.map(({ name }) => plain(name)))
  return needs.filter(names => !names.some(name => there.has(name))).map(names => `no ${names.join(' or ')}`)
}

function typeText({ type, declared }: SchemaColumn): string {
  return declared ?? type
}
