const formats = new Map<string, Intl.DateTimeFormat>()

function format(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = timeZone + JSON.stringify(options)
  let known = formats.get(key)
  if (known === undefined) {
    known = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', ...options })
    formats.set(key, known)
  }
  return known
}

/** 17:42 */
export function clock(atMs: number, timeZone: string): string {
  return format(timeZone, { hour: '2-digit', minute: '2-digit' }).format(atMs)
}

/** 17:42:07 */
export function clockSeconds(atMs: number, timeZone: string): string {
  return format(timeZone, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(atMs)
}

/** Tue */
export function weekday(atMs: number, timeZone: string): string {
  return format(timeZone, { weekday: 'short' }).format(atMs)
}

/** Tue 27 Jun 2012 */
export function date(atMs: number, timeZone: string): string {
  const parts = format(timeZone, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  }).formatToParts(atMs)
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find(p => p.type === type)?.value ?? ''
  return `${part('weekday')} ${part('day')} ${part('month')} ${part('year')}`
}

/** Tue 17:42; with the date when `atMs` is of another day than `nowMs`. */
export function moment(atMs: number, nowMs: number, timeZone: string): string {
  const sameDay = date(atMs, timeZone) === date(nowMs, timeZone)
  return sameDay ? clock(atMs, timeZone) : `${date(atMs, timeZone)} ${clock(atMs, timeZone)}`
}

/** EST, MDT, GMT+1: as the city's people write it where the browser knows. */
export function zoneName(atMs: number, timeZone: string): string {
  const locale = timeZone.startsWith('America/') ? 'en-US' : 'en-GB'
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' }).formatToParts(atMs)
  return parts.find(part => part.type === 'timeZoneName')?.value ?? timeZone
}
