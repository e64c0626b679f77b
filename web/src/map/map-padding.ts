/** Space that the city keeps free on each side, px. */
export interface Padding {
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly left: number
}

/** What the legend covers at the lower left, counted from there to its outer edges; px. */
export interface Covered {
  readonly width: number
  readonly height: number
}

/** Around the city for street names and buttons, when the legend stands beside it and when it lies below; px. */
const BESIDE = { top: 34, right: 60, bottom: 18, left: 32 }
const ABOVE = { top: 74, right: 24, bottom: 10, left: 40 }

/** Keeps the city clear of the legend: fits it into the larger of the two places the legend leaves, right of it, or above it. `aspect` is the city's width by its height. */
export function paddingFor(room: Covered, legend: Covered, aspect: number): Padding {
  const beside = { ...BESIDE, left: legend.width + BESIDE.left }
  const above = { ...ABOVE, bottom: legend.height + ABOVE.bottom }
  return scale(room, beside, aspect) >= scale(room, above, aspect) ? beside : above
}

function scale({ width, height }: Covered, { top, right, bottom, left }: Padding, aspect: number): number {
  return Math.min((width - left - right) / aspect, height - top - bottom)
}
