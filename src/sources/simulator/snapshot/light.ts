import { DAY_MS } from '../../../core/time/spans.ts'

type Rgb = readonly [number, number, number]

/** How it looks outside. */
export interface Light {
  /** 0 in deep night, 1 by day. */
  readonly day: number
  /** 0 dry, 1 rain, 2 heavy rain; snow and fog veil as rain does. */
  readonly wet: number
}

/** Indices of the palette. */
export const COLOUR = {
  ground: 0,
  pavement: 1,
  road: 2,
  mark: 3,
  roof: 4,
  roofEdge: 5,
  tree: 6,
  car: 7,
  // Five paints of cars from here on.
  truck: 12,
  bus: 13,
  motorcycle: 14,
  glass: 15,
  tyre: 16,
  headlight: 17,
  tail: 18,
  red: 19,
  yellow: 20,
  green: 21,
  person: 22,
  bicycle: 23,
  rain: 24,
  snow: 25,
  caption: 26,
  ink: 27,
  lamp: 28,
  off: 29,
} as const
export const CAR_PAINTS = 5

const BY_DAY: readonly Rgb[] = [
  [126, 142, 104],
  [176, 174, 168],
  [92, 94, 98],
  [226, 226, 220],
  [164, 138, 122],
  [132, 108, 96],
  [78, 112, 66],
  [206, 208, 212],
  [40, 44, 52],
  [168, 42, 44],
  [44, 84, 148],
  [128, 134, 140],
  [222, 218, 204],
  [226, 160, 40],
  [60, 60, 70],
  [52, 64, 78],
  [26, 26, 28],
  [250, 246, 214],
  [232, 48, 40],
  [236, 40, 36],
  [248, 198, 40],
  [48, 206, 92],
  [70, 52, 120],
  [20, 112, 120],
  [176, 188, 202],
  [244, 247, 250],
  [16, 18, 22],
  [240, 242, 244],
  [150, 140, 110],
  [44, 46, 50],
]
/** These shine of themselves. */
const SHINE: ReadonlySet<number> = new Set([
  COLOUR.headlight,
  COLOUR.tail,
  COLOUR.red,
  COLOUR.yellow,
  COLOUR.green,
  COLOUR.caption,
  COLOUR.ink,
])
const NIGHT: Rgb = [0.2, 0.22, 0.34]
const RAIN_GREY: Rgb = [112, 118, 126]
const LAMP_AT_NIGHT: Rgb = [255, 222, 150]

/** All colours in this light. */
export function paletteIn({ day, wet }: Light): Rgb[] {
  return BY_DAY.map((colour, i) => {
    if (SHINE.has(i)) return colour
    if (i === COLOUR.lamp) return mix(LAMP_AT_NIGHT, colour, day)
    const veiled = mix(colour, RAIN_GREY, 0.22 * wet)
    const shade = (part: number) => 1 - (1 - (NIGHT[part] ?? 1)) * (1 - day)
    return [veiled[0] * shade(0), veiled[1] * shade(1), veiled[2] * shade(2)].map(
      Math.round,
    ) as unknown as Rgb
  })
}

/**
 * 0 in deep night, 1 by day, in between while the sun is near the horizon (civil twilight and some degrees above).
 *
 * Source: the sun's height from declination and hour angle, P. Cooper, "The absorption of radiation in solar stills" (1969);
 * left out: the equation of time (a quarter of an hour at most).
 */
export function daylightAt(latitude: number, longitude: number, atMs: number): number {
  const dayOfYear = (atMs / DAY_MS) % 365.2425
  const declination = 0.4093 * Math.sin((2 * Math.PI * (dayOfYear - 80)) / 365.2425)
  const hourAngle = 2 * Math.PI * ((atMs / DAY_MS) % 1) - Math.PI + (longitude * Math.PI) / 180
  const north = (latitude * Math.PI) / 180
  const height =
    (Math.asin(
      Math.sin(north) * Math.sin(declination) + Math.cos(north) * Math.cos(declination) * Math.cos(hourAngle),
    ) *
      180) /
    Math.PI
  return Math.min(1, Math.max(0, (height + 6) / 12))
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return [0, 1, 2].map(i =>
    Math.round((from[i] ?? 0) + ((to[i] ?? 0) - (from[i] ?? 0)) * share),
  ) as unknown as Rgb
}
