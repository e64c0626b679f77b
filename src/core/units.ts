/** Dimension, and what one of it is in the dimension's first unit: value × times + plus. */
type Unit = readonly [dimension: string, times: number, plus?: number]

const UNITS = {
  '°C': ['temperature', 1],
  '°F': ['temperature', 5 / 9, -160 / 9],
  K: ['temperature', 1, -273.15],
  'km/h': ['speed', 1],
  'm/s': ['speed', 3.6],
  mph: ['speed', 1.609344],
  kn: ['speed', 1.852],
  m: ['length', 1],
  km: ['length', 1000],
  cm: ['length', 0.01],
  mm: ['length', 0.001],
  mi: ['length', 1609.344],
  ft: ['length', 0.3048],
  in: ['length', 0.0254],
  'mm/h': ['rate', 1],
  'cm/h': ['rate', 10],
  'in/h': ['rate', 25.4],
  hPa: ['pressure', 1],
  Pa: ['pressure', 0.01],
  kPa: ['pressure', 10],
  // The conventional inch of mercury of aviation's altimeters (NIST SP 811: 3.386 389 kPa).
  inHg: ['pressure', 33.86389],
  share: ['share', 1],
  '%': ['share', 0.01],
  s: ['time', 1],
  min: ['time', 60],
  h: ['time', 3600],
} as const satisfies Record<string, Unit>

export type UnitName = keyof typeof UNITS

export const UNIT_NAMES = Object.keys(UNITS) as UnitName[]

/** A converted value keeps so many decimals: the noise of the arithmetic is cut off, so that it is the same every time. */
const SCALE = 1e6

export function isUnit(name: string): name is UnitName {
  return Object.hasOwn(UNITS, name)
}

export function isSameDimension(a: UnitName, b: UnitName): boolean {
  return UNITS[a][0] === UNITS[b][0]
}

/** The value in another unit of the same dimension, to six decimals; in the same unit as it is. */
export function convert(value: number, from: UnitName, to: UnitName): number {
  if (from === to) return value
  const [, times, plus = 0]: Unit = UNITS[from]
  const [, toTimes, toPlus = 0]: Unit = UNITS[to]
  return Math.round(((value * times + plus - toPlus) / toTimes) * SCALE) / SCALE
}
