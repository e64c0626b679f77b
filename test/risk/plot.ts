import type { CalibrationBin } from '../../src/insight/risk/index.ts'

const SIZE = 420
const EDGE = 56

/** Seen over expected incidents of an hour in a community, both logarithmic, with 95 % intervals; a right forecast lies on the line. */
export function calibrationPlot(title: string, bins: readonly CalibrationBin[]): string {
  const values = bins
    .flatMap(({ expected, seen }) => [expected, seen.low, seen.high])
    .filter(value => value > 0)
  const low = Math.log10(Math.min(...values)) - 0.1
  const high = Math.log10(Math.max(...values)) + 0.1
  const along = (value: number) => EDGE + ((Math.log10(value) - low) / (high - low)) * (SIZE - EDGE - 16)
  const x = (value: number) => along(value).toFixed(1)
  const y = (value: number) => (SIZE - along(value)).toFixed(1)
  const [from, to] = [10 ** low, 10 ** high]
  const ticks = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1].filter(tick => tick > from && tick < to)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE} ${SIZE}" font-family="sans-serif" font-size="11" fill="#333">`,
    `<rect width="${SIZE}" height="${SIZE}" fill="#fff"/>`,
    `<text x="${SIZE / 2}" y="14" text-anchor="middle" font-size="13">${title}</text>`,
    ...ticks.flatMap(tick => [
      `<path d="M${x(tick)} ${y(from)}V${y(to)}M${x(from)} ${y(tick)}H${x(to)}" stroke="#e4e4e4"/>`,
      `<text x="${x(tick)}" y="${SIZE - EDGE + 16}" text-anchor="middle">${tick}</text>`,
      `<text x="${EDGE - 6}" y="${y(tick)}" text-anchor="end" dy="4">${tick}</text>`,
    ]),
    `<path d="M${x(from)} ${y(from)}L${x(to)} ${y(to)}" stroke="#999" stroke-dasharray="4 3"/>`,
    ...bins.flatMap(({ expected, seen }) => [
      `<path d="M${x(expected)} ${y(Math.max(seen.low, from))}V${y(seen.high)}" stroke="#1f6fb2" stroke-width="1.5"/>`,
      `<circle cx="${x(expected)}" cy="${y(seen.value)}" r="3.5" fill="#1f6fb2"/>`,
    ]),
    `<text x="${SIZE / 2}" y="${SIZE - 12}" text-anchor="middle">expected incidents an hour in a community</text>`,
    `<text transform="translate(14 ${SIZE / 2}) rotate(-90)" text-anchor="middle">seen</text>`,
    '</svg>',
    '',
  ].join('\n')
}
