/** Marks of a step differ in shape and size as well as in colour and letter. */
export type Shape = 'circle' | 'square' | 'diamond'

/** Flowing, slowed, jammed. */
export const SHAPES: readonly Shape[] = ['circle', 'circle', 'square', 'square', 'diamond', 'diamond']

/** Radius of the circle, half the side of the square, half the diagonal of the diamond; px at the map's usual zoom. */
export const RADII: readonly number[] = [8, 9, 9, 10, 13, 15]
export const UNKNOWN_RADIUS = 6

/** Corners of a diamond around (0, 0), as "x,y x,y …". */
export function diamondPoints(radius: number): string {
  return `0,${-radius} ${radius},0 0,${radius} ${-radius},0`
}
