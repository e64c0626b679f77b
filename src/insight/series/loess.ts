/**
 * A local line through the known values of a regular series, at any place of it: the nearest `span` known values count, the nearer the
 * more (tricube), and where they are hardly spread their weighted mean stands in.
 *
 * Source: W. Cleveland, "Robust locally weighted regression and smoothing scatterplots", Journal of the American Statistical
 * Association 74 (1979), with the limits of the FORTRAN of R. Cleveland et al. (1990). Left out: local parabolas, and jumps that
 * interpolate between places.
 *
 * @param values one a step; NaN is unknown
 * @param span how many known values a line rests on, odd and ≥ 3; when there are fewer, all of them are used over a wider kernel
 * @param weights of the values, 0..1, for robustness; where all near ones are 0 they count as equal
 * @param from first place asked for, may be before the series
 * @param to last place asked for, may be after it
 * @returns the smooth at from…to; NaN when no value is known
 */
export function loess(
  values: Float64Array,
  span: number,
  weights: Float64Array | null = null,
  from = 0,
  to = values.length - 1,
): Float64Array {
  const smooth = new Float64Array(to - from + 1).fill(NaN)
  const places = Int32Array.from(values.keys()).filter(place => !Number.isNaN(values[place]!))
  if (places.length === 0) return smooth
  const count = Math.min(span, places.length)
  const wider = Math.floor((span - count) / 2)
  let left = 0
  for (let at = from; at <= to; at++) {
    // The window of the nearest known values moves on while the next one is nearer than its first.
    while (left + count < places.length && places[left + count]! - at < at - places[left]!) left++
    const window = places.subarray(left, left + count)
    const width = Math.max(at - window[0]!, window[count - 1]! - at) + wider
    const line = localLine(values, window, at, width, weights)
    smooth[at - from] = Number.isNaN(line) ? localLine(values, window, at, width, null) : line
  }
  return smooth
}

/** NaN when all weights are 0. */
function localLine(
  values: Float64Array,
  window: Int32Array,
  at: number,
  width: number,
  weights: Float64Array | null,
): number {
  const kernel = new Float64Array(window.length)
  let total = 0
  let centre = 0
  for (let i = 0; i < window.length; i++) {
    const place = window[i]!
    const distance = Math.abs(place - at)
    // Beyond this the tricube is only rounding.
    if (distance > 0.999 * width) continue
    const tricube = distance <= 0.001 * width ? 1 : (1 - (distance / width) ** 3) ** 3
    kernel[i] = tricube * (weights?.[place] ?? 1)
    total += kernel[i]!
    centre += kernel[i]! * place
  }
  if (total <= 0) return NaN
  centre /= total
  const slope = slopeFactor(window, kernel, total, centre, at, values.length - 1)
  let sum = 0
  for (let i = 0; i < window.length; i++)
    sum += kernel[i]! * (1 + slope * (window[i]! - centre)) * values[window[i]!]!
  return sum / total
}

/** How much each step away from the centre tilts a value's weight; 0 where the places are hardly spread. */
function slopeFactor(
  window: Int32Array,
  kernel: Float64Array,
  total: number,
  centre: number,
  at: number,
  range: number,
): number {
  let spread = 0
  for (let i = 0; i < window.length; i++) spread += (kernel[i]! / total) * (window[i]! - centre) ** 2
  return Math.sqrt(spread) > 0.001 * range ? (at - centre) / spread : 0
}
