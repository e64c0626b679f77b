/** Mean radius of the earth, m (International Union of Geodesy and Geophysics, GRS 80). */
export const EARTH_RADIUS_M = 6_371_008.8

/** A degree of latitude on a sphere of the earth's mean radius (6,371,009 m). */
export const METRES_PER_DEGREE = 111_195

/** Metres per degree of longitude at a latitude. */
export function metresPerDegreeEast(latitude: number): number {
  return METRES_PER_DEGREE * Math.cos((latitude * Math.PI) / 180)
}

/** Distance of two places of one city, m: on a plane that touches the earth between them, exact to a metre within 50 km. */
export function distanceM(
  latitudeA: number,
  longitudeA: number,
  latitudeB: number,
  longitudeB: number,
): number {
  const east = (longitudeB - longitudeA) * metresPerDegreeEast((latitudeA + latitudeB) / 2)
  const north = (latitudeB - latitudeA) * METRES_PER_DEGREE
  return Math.hypot(east, north)
}
