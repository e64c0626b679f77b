/** Longitude and latitude of a WKT point such as `POINT (-114.07 51.05)`; null for any other text. */
export function wktPoint(text: string): readonly [number, number] | null {
  const number = '([-+]?\\d+(?:\\.\\d*)?(?:[eE][-+]?\\d+)?)'
  const pattern = `^(?:SRID=4326;)?\\s*POINT\\s*(?:Z\\s*)?\\(\\s*${number}\\s+${number}(?:\\s+${number})?\\s*\\)$`
  const [, x, y] = new RegExp(pattern, 'i').exec(text.trim()) ?? []
  return x === undefined || y === undefined ? null : [Number(x), Number(y)]
}
