/**
 * What is wrong with a GeoJSON geometry of one of these types (RFC 7946), in words that follow its name; null where nothing is.
 * Positions are longitude, latitude, and perhaps a height.
 */
export function geometryFault(
  value: unknown,
  types: readonly ('LineString' | 'MultiPoint')[],
): string | null {
  if (typeof value !== 'object' || value === null) return `is not a GeoJSON ${types.join(' or ')}`
  const { type, coordinates } = value as { type?: unknown; coordinates?: unknown }
  const known = types.find(one => one === type)
  if (known === undefined)
    return `has the type ${type === undefined ? 'nothing' : JSON.stringify(type)}, not ${types.join(' or ')}`
  if (!Array.isArray(coordinates)) return 'has no coordinates'
  const least = known === 'LineString' ? 2 : 1
  if (coordinates.length < least) return `has fewer than ${least} positions`
  const wrong = coordinates.findIndex(position => !isPosition(position))
  if (wrong < 0) return null
  return `has a position that is no [longitude, latitude] in degrees: ${JSON.stringify(coordinates[wrong]).slice(0, 60)} (number ${wrong + 1})`
}

export function isPosition(value: unknown): value is readonly [number, number, ...number[]] {
  if (!Array.isArray(value) || value.length < 2 || !value.every(part => Number.isFinite(part))) return false
  const [longitude, latitude] = value as [number, number]
  return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90
}
