const NUMBER = '([-+]?\\d+(?:\\.\\d*)?(?:[eE][-+]?\\d+)?)'
const POINT = new RegExp(
  `^(?:SRID=4326;)?\\s*POINT\\s*(?:Z\\s*)?\\(\\s*${NUMBER}\\s+${NUMBER}(?:\\s+${NUMBER})?\\s*\\)$`,
  'i',
)

/** Longitude and latitude of a WKT point such as `POINT (-114.07 51.05)`; null for any other text. */
export function wktPoint(text: string): readonly [number, number] | null {
  const [, x, y] = POINT.exec(text.trim()) ?? []
  return x === undefined || y === undefined ? null : [Number(x), Number(y)]
}
