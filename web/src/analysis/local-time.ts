import { HOUR_MS } from '../../../src/serve/contract/spans.ts'

const formats = new Map<string, Intl.DateTimeFormat>()
const offsets = new Map<string, number>()

/** Minutes from UTC to the zone's wall clock at an instant; zones change on whole quarter-hours at most. */
export function offsetMinutes(atMs: number, timeZone: string): number {
  const quarter = Math.floor(atMs / (HOUR_MS / 4))
  const key = `${timeZone}|${quarter}`
  const known = offsets.get(key)
  if (known !== undefined) return known
  const parts = formatOf(timeZone).formatToParts(quarter * (HOUR_MS / 4))
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find(p => p.type === type)?.value ?? 0)
  const wallMs = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'))
  const minutes = Math.round((wallMs - quarter * (HOUR_MS / 4)) / 60_000)
  // A day has 96 quarters; a year of them is kept, then begun anew.
  if (offsets.size > 40_000) offsets.clear()
  offsets.set(key, minutes)
  return minutes
}

/** Minute of the local day, 0–1439, and the local date as days since 1970. */
export function localDay(atMs: number, timeZone: string): { minute: number; day: number; weekend: boolean } {
  const wallMinutes = Math.floor(atMs / 60_000) + offsetMinutes(atMs, timeZone)
  const day = Math.floor(wallMinutes / 1440)
  // 1 January 1970 was a Thursday.
  const weekday = (((day + 4) % 7) + 7) % 7
  return { minute: wallMinutes - day * 1440, day, weekend: weekday === 0 || weekday === 6 }
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
    formats.set(timeZone, format)
  }
  return format
}
