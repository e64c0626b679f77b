import { z } from 'zod'
import { FeedError } from '../../../core/feed-error.ts'

const Feature = z.looseObject({
  type: z.literal('Feature'),
  id: z.union([z.string(), z.number()]).optional(),
  geometry: z.looseObject({ type: z.string(), coordinates: z.unknown() }).nullish(),
  properties: z.record(z.string(), z.unknown()).nullish(),
})
const Collection = z.looseObject({ type: z.literal('FeatureCollection'), features: z.array(z.unknown()) })
const Position = z.array(z.number()).min(2)

export interface PointFeature {
  readonly id: string | number | null
  readonly properties: Readonly<Record<string, unknown>>
  /** Longitude, latitude; null where the feature has no place. */
  readonly point: readonly number[] | null
}

/** A feature in the order of the text, or what is wrong with it. */
export type FoundFeature = PointFeature | { readonly wrong: string }

/**
 * The points of a GeoJSON FeatureCollection (RFC 7946).
 * @throws {FeedError} when the text is no FeatureCollection
 */
export function geoJsonPoints(text: string): FoundFeature[] {
  return parseCollection(text).features.map(feature => {
    const parsed = Feature.safeParse(feature)
    if (!parsed.success) return { wrong: 'is no GeoJSON Feature with properties and a geometry' }
    const { id, geometry, properties } = parsed.data
    const point = pointOf(geometry ?? null)
    if (point === undefined)
      return { wrong: `its geometry is no Point with two coordinates but ${geometry?.type ?? 'nothing'}` }
    return { id: id ?? null, properties: properties ?? {}, point }
  })
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
