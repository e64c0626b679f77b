import { FeedError } from '../../../core/feed-error.ts'
import type { FeedAbout, FeedFormat } from '../../../core/feed-format.ts'
import type { Field, Stream } from '../../../core/stream/index.ts'
import { stampReader } from '../../../core/time/index.ts'
import { convert, isUnit } from '../../../core/units.ts'
import type { UnitName } from '../../../core/units.ts'
import type { Item } from './items.ts'
import { itemsOf } from './items.ts'
import { mistakesOf } from './mistakes.ts'
import type { FeedMapping, MappedField } from './schema.ts'

export { FeedMapping } from './schema.ts'

/**
 * The format that a mapping describes.
 * @throws {FeedError} naming every mistake of the mapping: a field that the stream lacks, a unit that does not fit
 */
export function mappedFormat(
  mapping: FeedMapping,
  stream: Stream,
  constants: FeedAbout['constants'],
): FeedFormat {
  const mistakes = mistakesOf(mapping, stream, constants)
  if (mistakes.length > 0) {
    throw new FeedError(`the mapping has ${mistakes.length} mistake(s): ${mistakes.join('; ')}`)
  }
  return {
    name: mapping.format,
    says: `${mapping.format} by a mapping`,
    stream: stream.name,
    read: (body, about) => records(itemsOf(body, mapping), mapping, stream, about),
  }
}

/** One field of the record; `path` is null for a constant. */
interface FieldReader {
  readonly name: string
  readonly isRequired: boolean
  readonly path: string | null
  readonly read: (value: unknown) => unknown
}

function records(items: readonly Item[], mapping: FeedMapping, stream: Stream, about: FeedAbout): object[] {
  const readers = Object.entries(stream.fields).flatMap(([name, field]): FieldReader[] => {
    const isRequired = field.required === true
    const mapped = mapping.fields[name] ?? placeOf(name, mapping)
    if (mapped !== undefined)
      return [{ name, isRequired, path: mapped.path, read: readerOf(field, mapped, about.zone) }]
    const constant = about.constants[name]
    return constant === undefined ? [] : [{ name, isRequired, path: null, read: () => constant }]
  })
  for (const { name, isRequired, path } of readers) {
    if (!isRequired || path === null || items.length === 0) continue
    if (items.every(item => item(path) === undefined)) {
      throw new FeedError(
        `no item of the answer has ${path}, which is to be ${name}; has the format changed?`,
      )
    }
  }
  return items.map(item =>
    Object.fromEntries(
      readers.flatMap(({ name, path, read }): [string, unknown][] => {
        const value = read(path === null ? null : item(path))
        return value === null || value === undefined ? [] : [[name, value]]
      }),
    ),
  )
}

/** A GeoJSON point says the place by itself. */
function placeOf(name: string, { format }: FeedMapping): MappedField | undefined {
  return format === 'geojson' && (name === 'latitude' || name === 'longitude')
    ? { path: `@${name}` }
    : undefined
}

/** What can't be read as the field's type is passed on as it is: the stream's rules say what is wrong with it. */
function readerOf(field: Field, mapped: MappedField, zone: string): (value: unknown) => unknown {
  const missing = new Set(mapped.missing?.map(String))
  const { values } = mapped
  const read = typedReader(field, mapped, zone)
  return given => {
    if (given === null || given === undefined || given === '' || missing.has(wordOf(given))) return null
    const word = wordOf(given)
    const value = values !== undefined && Object.hasOwn(values, word) ? values[word] : given
    return read(value)
  }
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function typedReader(field: Field, mapped: MappedField, zone: string): (value: unknown) => unknown {
  switch (field.type) {
    case 'number': {
      const from = mapped.unit !== undefined && isUnit(mapped.unit) ? mapped.unit : null
      const to = wireUnit(field.unit)
      return value => {
        const number =
          typeof value === 'string' && /^\s*[-+]?[\d.]+(e[-+]?\d+)?\s*$/i.test(value) ? Number(value) : value
        if (typeof number !== 'number' || !Number.isFinite(number)) return value
        return from === null || to === null ? number : convert(number, from, to)
      }
    }
    case 'instant': {
      const stamp = stampReader(mapped.format ?? 'iso', mapped.zone ?? zone, 'value')
      return value => stamp(value).text
    }
    case 'text':
    case 'choice':
      return value => (typeof value === 'number' ? String(value) : value)
    case 'flag':
      return value => (value === 'true' ? true : value === 'false' ? false : value)
    default:
      return value => value
  }
}

/** A field without a unit that is converted is a share. */
export function wireUnit(unit: string | null): UnitName | null {
  if (unit === null) return 'share'
  return isUnit(unit) ? unit : null
}
