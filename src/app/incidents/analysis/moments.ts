import type { Estimate } from '../../../core/statistics/index.ts'
import type { TimedIncident } from '../../../core/time/index.ts'
import { DAY_MS } from '../../../core/time/spans.ts'
import type { Moments } from '../../../lake/read/incident-record/index.ts'

export function timesOf({ startedAtMs, utcOffsetMin }: Moments): TimedIncident[] {
  return startedAtMs.map((ms, i) => ({ startedAtMs: ms, utcOffsetMin: utcOffsetMin[i] ?? 0 }))
}

export function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals))
}

/** Without end is null. */
export function estimateOf({ value, low, high }: Estimate) {
  const known = (number: number) => (Number.isFinite(number) ? rounded(number, 3) : null)
  return { value: known(value), low: rounded(low, 3), high: known(high) }
}

export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

export function dayOf(text: string): number {
  return Date.parse(text) / DAY_MS
}
