import { columnOf } from '../../core/stream/index.ts'
import type { Field, Stream } from '../../core/stream/index.ts'

type SilverRow = Readonly<Record<string, unknown>>

/** A row of silver as a record that would give it again: wire names and units, without what is null. */
export function wireRecord(stream: Stream, row: SilverRow): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(stream.fields)) {
    const value = wireValue(name, field, row)
    if (value !== null) record[name] = value
  }
  return record
}

function wireValue(name: string, field: Field, row: SilverRow): unknown {
  const columns = columnOf(name, field)
  const [column] = columns
  const value = column === undefined ? null : (row[column.name] ?? null)
  if (field.type === 'counts') {
    const counts = columns.flatMap(({ name: of, part }) =>
      row[of] === null || row[of] === undefined || part === null ? [] : [[part, row[of]] as const],
    )
    return counts.length === 0 ? null : Object.fromEntries(counts)
  }
  if (value === null) return null
  if (field.type === 'json') return JSON.parse(value as string)
  if (field.type === 'texts' && Array.isArray(value) && value.length === 0) return null
  if (field.type !== 'number' || field.metric === undefined) return value
  const { times, plus = 0 } = field.metric
  // Rounding in silver must not put it outside of its bounds.
  return Math.min(field.max, Math.max(field.min, (Number(value) - plus) / times))
}
