const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

const SPAN_UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, min: 60, h: 3600, d: 86_400 }

/** Bytes of `16MiB`, `500 MB`, `1.5GiB` or a plain number; null when it is none of these or no whole number of bytes. */
export function parseSize(input: unknown): number | null {
  const bytes = quantity(input, SIZE_UNITS, '')
  return bytes !== null && Number.isSafeInteger(bytes) ? bytes : null
}

/** Seconds of `90`, `30s`, `5m`, `24h`, `30d`; a plain number is in `bare` units. Null when it is none of these. */
export function parseSpanS(input: unknown, bare: 's' | 'h' | 'd' = 's'): number | null {
  return quantity(input, SPAN_UNITS, bare)
}

/** `16777216` as `16 MiB`: the largest binary unit that leaves at most two decimals. */
export function formatSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1)
  const value = bytes / 2 ** (10 * step)
  return `${Number(value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0))} ${units[step] ?? 'B'}`
}

function quantity(input: unknown, units: Readonly<Record<string, number>>, bare: string): number | null {
  if (typeof input === 'number') return Number.isFinite(input) ? input * (units[bare] ?? 1) : null
  if (typeof input !== 'string') return null
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(input.trim())
  if (!match) return null
  const unit = match[2] === '' ? bare : (match[2] ?? '').toLowerCase()
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined
  return factor === undefined ? null : Number(match[1]) * factor
}
