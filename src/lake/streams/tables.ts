import { columnsOf } from '../../core/stream/index.ts'
import type { Stream } from '../../core/stream/index.ts'

/** Behind the fields' columns of every stream's table. */
export const gatheredColumns = ['arrived_at', 'source', 'once_hash', 'content_hash'] as const

/** The table that a stream's rows are inserted into: of `latest` it holds all versions. */
export function tableOf(stream: Stream): string {
  const { table = `${sqlName(stream)}${stream.once.how === 'latest' ? '_versions' : ''}` } = stream.silver
  return `silver.${table}`
}

/** What is read: of `latest` a view of the newest versions. */
export function viewOf(stream: Stream): string {
  if (stream.once.how !== 'latest') return tableOf(stream)
  return `silver.${stream.silver.view ?? sqlName(stream)}`
}

export function sqlName({ name }: Stream): string {
  return name.replaceAll('-', '_')
}

/** The column by which the table is cut into windows and partitions. */
export function timeColumnOf({ once, fields }: Stream): string {
  if (once.how !== 'latest') return columnNamed(fields, once.time)
  return once.version === 'position' ? 'arrived_at' : columnNamed(fields, once.version)
}

/** The columns that tell one thing from another. */
export function keyColumnsOf({ once, fields }: Stream): string[] {
  return once.how === 'every' ? [] : once.key.map(name => columnNamed(fields, name))
}

/** Whether versions of one instant that say different things are all kept. */
export function hasTies(once: Stream['once']): boolean {
  return once.how === 'latest' && once.ties !== undefined
}

/** The columns that say which of two versions of one instant is the newer, before what they say does. */
export function tieColumnsOf({ once, fields }: Stream): string[] {
  return once.how === 'latest' ? (once.ties ?? []).map(name => columnNamed(fields, name)) : []
}

function columnNamed(fields: Stream['fields'], name: string): string {
  return fields[name]?.column ?? name
}

/** Every column of the table, in the order rows are inserted. */
export function allColumnsOf(stream: Stream): string[] {
  return ['position', ...columnsOf(stream.fields).map(({ name }) => name), ...gatheredColumns]
}
