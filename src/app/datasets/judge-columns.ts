import { driftOf } from '../../sources/socrata/index.ts'
import type { Column, Download, Drift } from '../../sources/socrata/index.ts'
import { JobPausedError } from '../jobs/index.ts'
import type { DatasetSettings } from './settings.ts'

/** The columns that are known from here on. */
export function columnsNow(
  before: readonly Column[],
  { columns, hasAllColumns }: Download,
): readonly Column[] {
  if (hasAllColumns && columns.length > 0) return columns
  const now = new Map(before.map(column => [column.name, column]))
  for (const column of columns) now.set(column.name, column)
  return [...now.values()]
}

/**
 * What of a dataset's columns is otherwise than before: new ones are told, and what its reader needs or what was known must not be
 * gone or of another type.
 *
 * @returns in words, null where nothing is
 * @throws {JobPausedError} for a change that may break what is read
 */
export function judgeColumns(
  before: readonly Column[],
  got: Download,
  { name, needs }: Pick<DatasetSettings, 'name' | 'needs'>,
  shown: string,
): string | null {
  if (got.columns.length === 0) return null
  const drift = driftOf(before, got.columns, got.hasAllColumns)
  const known = before.length > 0
  const wanting = wantingOf(got, needs)
  const broken = [...wanting, ...(known ? brokenOf(drift, needs) : [])]
  if (broken.length > 0)
    throw new JobPausedError(
      `${shown}: its columns have changed: ${broken.join('; ')}. What was received is kept and not processed. \`arterial jobs resume ${name}\` takes the columns as they are now`,
    )
  if (!known) return null
  const told = [
    ...(drift.added.length > 0 ? [`new columns: ${drift.added.join(', ')}`] : []),
    ...(drift.removed.length > 0 ? [`columns that are gone: ${drift.removed.join(', ')}`] : []),
    ...(drift.retyped.length > 0 ? [`columns of another type: ${drift.retyped.join(', ')}`] : []),
  ]
  return told.length === 0 ? null : `${shown} has ${told.join('; ')}.`
}

function wantingOf({ columns }: Download, needs: DatasetSettings['needs']): string[] {
  const there = new Set(columns.map(({ name }) => name))
  return needs.filter(names => !names.some(name => there.has(name))).map(names => `no ${names.join(' or ')}`)
}

/** Where the reader says what it needs, only that can break; else anything that was there can. */
function brokenOf({ removed, retyped }: Drift, needs: DatasetSettings['needs']): string[] {
  const needed = new Set(needs.flat())
  const mayBreak = (column: string) => needed.size === 0 || needed.has(column.split(':')[0] ?? '')
  const gone = needed.size === 0 ? removed.map(column => `${column} is gone`) : []
  return [...gone, ...retyped.filter(mayBreak)]
}
