import type { LiveView } from '../../api/live-store.ts'
import type { Picture } from '../../api/picture.ts'
import { ago, compact, count, latency, speed, type Quantity, type Units } from '../../ui/format.ts'
import { clock, clockSeconds, date, moment, weekday, zoneName } from '../../ui/city-time.ts'

export interface StatePill {
  readonly tone: 'live' | 'warn' | 'danger' | 'quiet'
  readonly label: string
  /** What it means, for the tooltip and for screen readers. */
  readonly detail: string
}

export function statePill(picture: Picture, clockMs: number, timeZone: string): StatePill {
  switch (picture.kind) {
    case 'connecting':
      return { tone: 'quiet', label: 'Connecting', detail: 'Waiting for the first picture of the city.' }
    case 'empty':
      return {
        tone: 'quiet',
        label: 'No readings',
        detail: 'The server runs, but no reading has arrived yet.',
      }
    case 'live':
      return { tone: 'live', label: 'Live', detail: 'Readings are arriving.' }
    case 'stale':
      return {
        tone: 'warn',
        label: 'Stale',
        detail: `No new reading since ${moment(picture.nowMs, clockMs, timeZone)}, ${ago(clockMs - picture.nowMs)}.`,
      }
    case 'historical':
      return {
        tone: 'quiet',
        label: 'Historical',
        detail: `The newest reading is of ${date(picture.nowMs, timeZone)}; the page takes it as now.`,
      }
    case 'lost':
      return {
        tone: 'danger',
        label: 'Lost',
        detail: `Connection lost ${ago(clockMs - picture.sinceMs)}; the picture is as it was then.`,
      }
  }
}

/** "Tue 17:42:07 MST"; with the date when now is of the past. */
export function cityClock(picture: Picture, timeZone: string): string {
  const nowMs = 'nowMs' in picture ? picture.nowMs : null
  if (nowMs === null) return ''
  const zone = zoneName(nowMs, timeZone)
  if (picture.kind === 'live') return `${weekday(nowMs, timeZone)} ${clockSeconds(nowMs, timeZone)} ${zone}`
  return `${date(nowMs, timeZone)} ${clock(nowMs, timeZone)} ${zone}`
}

export interface KeyFigure {
  readonly key: 'vehicles' | 'speed' | 'rate' | 'freshness' | 'sites'
  readonly label: string
  readonly figure: Quantity
  readonly hint: string
}

export function keyFigures({ state }: LiveView, units: Units): KeyFigure[] {
  const city = state?.city ?? null
  const freshness = latency(state?.status.freshnessMs.p95 ?? null)
  return [
    {
      key: 'vehicles',
      label: 'Vehicles',
      figure: { value: count(city?.vehicles ?? null), unit: '/ 5 min' },
      hint: 'Counted in the last five minutes',
    },
    {
      key: 'speed',
      label: 'Mean speed',
      figure: speed(city?.meanSpeedKmh ?? null, units),
      hint: 'Mean of the last five minutes, weighted by vehicles',
    },
    {
      key: 'rate',
      label: 'Readings',
      figure: { value: compact(city === null ? null : Math.round(city.readingsPerMin)), unit: '/ min' },
      hint: 'Valid readings that reached the lake in the last minute',
    },
    {
      key: 'freshness',
      label: 'Freshness',
      figure: freshness,
      hint: '95 of 100 readings are in every layer this soon after they are durable',
    },
    {
      key: 'sites',
      label: 'Sites',
      figure: { value: count(city?.sitesReporting ?? null), unit: `of ${count(city?.sitesKnown ?? null)}` },
      hint: 'Sites that report, of those known',
    },
  ]
}

/** What is read out when the picture changes kind; null when nobody needs to hear it. */
export function announcement(before: Picture['kind'], now: Picture['kind']): string | null {
  if (before === now) return null
  if (now === 'lost') return 'Connection lost. The last picture stays; the page tries again by itself.'
  if (now === 'stale') return 'No new readings are arriving. The picture is stale.'
  if (now === 'live' && before !== 'connecting') return 'Live again.'
  return null
}

/** "Trying again in 4 s." */
export function retryText(retryAtMs: number, clockMs: number): string {
  const seconds = Math.ceil((retryAtMs - clockMs) / 1_000)
  return seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again …'
}
