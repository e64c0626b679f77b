import proj4 from 'proj4'
import { FeedError } from '../../core/feed-error.ts'
import { METRES_PER_DEGREE } from '../../core/geo/metres.ts'

/** Where a plane's coordinates lie on the earth. */
export type ToEarth = (x: number, y: number) => { readonly longitude: number; readonly latitude: number }

/** A plane whose origin touches the earth at 0° north, 0° east. */
export const atNullIsland: ToEarth = (x, y) => ({
  longitude: x / METRES_PER_DEGREE,
  latitude: y / METRES_PER_DEGREE,
})

/**
 * The way back from a plane to longitude and latitude, degrees of WGS 84.
 * @param definition as PROJ writes it: `+proj=utm +zone=32 …`
 * @throws {FeedError} when it is not known, or leads out of the earth
 */
export function fromPlane(definition: string, file: string): ToEarth {
  const wrong = (why: string, cause?: unknown) =>
    new FeedError(
      `${file}: the projection "${definition}" ${why}; convert the network again (netconvert --proj "+proj=utm …").`,
      { cause },
    )
  let inverse: (place: [number, number]) => number[]
  try {
    inverse = proj4(definition, 'WGS84').forward
  } catch (cause) {
    throw wrong('is not known', cause)
  }
  return (x, y) => {
    const [longitude = NaN, latitude = NaN] = inverse([x, y])
    if (!(Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90))
      throw wrong(`has no place on the earth for ${x}, ${y}`)
    return { longitude, latitude }
  }
}
