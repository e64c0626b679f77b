import { z } from 'zod'
import { FeedError } from '../../../core/feed-error.ts'
import { ignoredNote, registerColumns, SensorCollector } from './sensor-import.ts'
import type { SensorImport } from './sensor-import.ts'

const Feature = z.looseObject({
  type: z.literal('Feature'),
  id: z.union([z.string(), z.number()]).optional(),
  geometry: z.looseObject({ type: z.string(), coordinates: z.unknown() }).nullish(),
  properties: z.record(z.string(), z.unknown()).nullish(),
})
const Collection = z.looseObject({ type: z.literal('FeatureCollection'), features: z.array(z.unknown()) })
const Position = z.array(z.number()).min(2)

/**
 * Register entries of a GeoJSON FeatureCollection (RFC 7946): a Point gives the place, its properties the rest under the
 * same names as in CSV; a feature's own `id` serves where no property is one. Entries that can't be taken are listed.
 * @throws {FeedError} when the text is no FeatureCollection
 */
export function parseSensorsGeoJson(text: string): SensorImport {
  const { features } = parseCollection(text)
  const collector = new SensorCollector()
  const notes = new Set<string>()

  features.forEach((feature, i) => {
    const parsed = Feature.safeParse(feature)
    if (!parsed.success) {
      collector.error(i + 1, 'is no GeoJSON Feature with properties and a geometry')
      return
    }
    const { id, geometry, properties } = parsed.data
    const own = properties ?? {}
    const columns = registerColumns(Object.keys(own))
    for (const note of ignoredNote(Object.keys(own), columns)) notes.add(note)
    const point = pointOf(geometry ?? null)
    if (point === undefined) {
      collector.error(
        i + 1,
        `its geometry is no Point with two coordinates but ${geometry?.type ?? 'nothing'}`,
      )
      return
    }
    collector.add(i + 1, field => {
      if (point !== null && field === 'longitude') return point[0]
      if (point !== null && field === 'latitude') return point[1]
      const name = columns.get(field)
      return name !== undefined ? own[name] : field === 'sensor_id' ? id : null
    })
  })
  return { sensors: collector.sensors, errors: collector.errors, notes: [...notes] }
}

function parseCollection(text: string): z.infer<typeof Collection> {
  let tree: unknown
  try {
    tree = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw new FeedError(`is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
  const parsed = Collection.safeParse(tree)
  if (!parsed.success)
    throw new FeedError('is no GeoJSON FeatureCollection ({"type": "FeatureCollection", "features": […]})')
  return parsed.data
}

/** Null: the feature has no place; undefined: it has one that is no point. */
function pointOf(
  geometry: { type: string; coordinates?: unknown } | null,
): readonly number[] | null | undefined {
  if (geometry === null) return null
  const position = geometry.type === 'Point' ? Position.safeParse(geometry.coordinates) : undefined
  return position?.success === true ? position.data : undefined
}
