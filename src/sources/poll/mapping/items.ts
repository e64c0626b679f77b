import { FeedError } from '../../../core/feed-error.ts'
import { columnReader, parseCsvBody } from '../csv-table.ts'
import { isObject, objectOf, parseJsonBody } from '../json-body.ts'
import type { FeedMapping } from './schema.ts'

/** A row of the answer: the value at a path; undefined where the row has no such place. */
export type Item = (path: string) => unknown

/**
 * The answer's rows.
 * @throws {FeedError} when it is not in the mapping's format, or has no list where the mapping says
 */
export function itemsOf(body: Buffer, mapping: FeedMapping): Item[] {
  if (mapping.format === 'csv') return csvItems(body, mapping)
  const found = within(parseJsonBody(body), mapping)
  return mapping.format === 'geojson'
    ? featuresOf(found).map(featureItem)
    : found.map(one => path => at(one, path))
}

function csvItems(body: Buffer, { separator, fields }: FeedMapping): Item[] {
  const { names, rows } = parseCsvBody(body, separator)
  const read = columnReader(
    names,
    Object.values(fields).map(({ path }) => path),
  )
  return rows.map(row => path => read(row, path))
}

/** The list at `items`, or the one object there. A feature collection is its own list. */
function within(answer: unknown, { items, format }: FeedMapping): unknown[] {
  const found = items === undefined ? answer : at(answer, items)
  if (Array.isArray(found)) return found
  if (isObject(found)) return [found]
  const where = items === undefined ? 'is neither a list nor an object' : `has no list or object at ${items}`
  throw new FeedError(`the answer ${where}; it has ${keysOf(answer)}. Correct the ${format} mapping’s items`)
}

function featuresOf(found: readonly unknown[]): Record<string, unknown>[] {
  return found.flatMap(one => {
    const features = objectOf(one)['features']
    const list: readonly unknown[] = Array.isArray(features) ? features : [one]
    return list.map(feature => {
      if (isObject(feature) && feature['type'] === 'Feature') return { ...feature }
      throw new FeedError('the answer has what is no GeoJSON feature among its features')
    })
  })
}

/**
 * A path of a feature is looked for in its properties; `@id`, `@geometry`, `@longitude` and `@latitude` are of the feature itself,
 * the latter two of a point.
 */
function featureItem(feature: Readonly<Record<string, unknown>>): Item {
  const { coordinates } = objectOf(feature['geometry'])
  const point: readonly unknown[] =
    Array.isArray(coordinates) && typeof coordinates[0] === 'number' ? coordinates : []
  return path => {
    if (path === '@id') return feature['id']
    if (path === '@geometry') return feature['geometry']
    if (path === '@longitude') return point[0]
    if (path === '@latitude') return point[1]
    return at(feature['properties'], path)
  }
}

/** `a.0.b`; a key with dots in it is found whole first. */
function at(tree: unknown, path: string): unknown {
  if (isObject(tree) && Object.hasOwn(tree, path)) return tree[path]
  return path.split('.').reduce<unknown>((node, key) => {
    if (Array.isArray(node)) return /^\d+$/.test(key) ? (node as unknown[])[Number(key)] : undefined
    return isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined
  }, tree)
}

function keysOf(answer: unknown): string {
  if (!isObject(answer)) return Array.isArray(answer) ? 'a list' : JSON.stringify(answer ?? null).slice(0, 60)
  return Object.keys(answer).slice(0, 12).join(', ') || 'nothing'
}
