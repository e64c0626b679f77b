import type { Stream } from '../../core/stream/index.ts'
import type { FeedMapping } from '../../sources/poll/index.ts'
import type { Wants } from '../catalog/index.ts'

/** The columns that a mapping reads, and those without which no row becomes a record. */
export function mappingWants({ format, fields }: FeedMapping, stream: Stream): Wants {
  const mapped = Object.entries(fields)
    // What begins so is of a GeoJSON feature itself.
    .filter(([, { path }]) => !path.startsWith('@'))
    .map(([name, { path }]) => ({ field: stream.fields[name], names: namesOf(path, format) }))
  const isNeeded = (field: Stream['fields'][string] | undefined) =>
    format === 'csv' || field?.required === true
  const isTyped = (field: Stream['fields'][string] | undefined) =>
    field?.type === 'number' || field?.type === 'instant' || field?.type === 'flag'
  const needs = mapped.filter(({ field }) => isNeeded(field)).map(({ names }) => names)
  return {
    // Two fields may be read from one column.
    needs: [...new Map(needs.map(names => [names.join(), names])).values()],
    reads: [...new Set(mapped.flatMap(({ names }) => names))],
    typed: mapped.filter(({ field }) => isTyped(field)).flatMap(({ names }) => names),
  }
}

/** A path may be a key with dots in it, or lead into an object. */
function namesOf(path: string, format: FeedMapping['format']): readonly string[] {
  const [first = path] = path.split('.')
  return format === 'csv' || first === path ? [path] : [path, first]
}
