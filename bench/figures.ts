/** Middle value; the mean of the two middle ones when their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  const upper = sorted[half] ?? NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2
}

/** The smallest value that at least `share` of them do not exceed; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN
}

export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}

/** Total milliseconds as µs a line, by name. */
export function perLineUs(ms: Readonly<Record<string, number>>, lines: number): Record<string, number> {
  return Object.fromEntries(Object.entries(ms).map(([name, spent]) => [name, round((spent * 1000) / lines)]))
}

export function mib(bytes: number): number {
  return Math.round(bytes / 2 ** 20)
}

export function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** Rows of text as columns; the first column to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, i) => Math.max(most[i] ?? 0, cell.length)),
    [],
  )
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  return rows.map(row => line(row).trimEnd()).join('\n')
}

/** `name 1.2, other 3.4`, the largest first. */
export function listed(figures: Readonly<Record<string, number>>): string {
  return Object.entries(figures)
    .sort(([, a], [, b]) => b - a)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}
