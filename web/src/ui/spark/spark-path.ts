/** SVG path of values over even steps; a gap lifts the pen. `high` is drawn at 0, `low` at `height`. */
export function sparkPath(
  values: readonly (number | null)[],
  width: number,
  height: number,
  [low, high]: readonly [number, number],
): string {
  const dx = values.length > 1 ? width / (values.length - 1) : 0
  let pen = 'M'
  let path = ''
  values.forEach((value, i) => {
    if (value === null) {
      pen = 'M'
      return
    }
    const share = high === low ? 0.5 : (value - low) / (high - low)
    path += `${pen}${round(i * dx)} ${round(height - Math.min(1, Math.max(0, share)) * height)}`
    pen = 'L'
  })
  return path
}

function round(n: number): number {
  return Math.round(n * 10) / 10
}
