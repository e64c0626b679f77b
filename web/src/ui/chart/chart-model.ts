import { offsetMinutes } from '../../analysis/local-time.ts'
import { timeOf } from '../../analysis/series.ts'
import type { Trend } from '../../analysis/trend.ts'
import { HOUR_MS } from '../../../../src/serve/contract/spans.ts'

/** What one chart draws, in display units. */
export interface ChartModel {
  readonly title: string
  /** Measure and unit: "Mean speed, km/h". */
  readonly caption: string
  readonly trend: Trend
  /** Into display units. */
  readonly scale: (value: number) => number
  /** Of a scaled value, with its unit. */
  readonly format: (value: number) => string
}

export interface Readout {
  readonly atMs: number
  readonly now: number | null
  readonly yesterday: number | null
  readonly usual: number | null
  readonly byCamera: boolean
}

export function readoutAt({ trend, scale }: ChartModel, slot: number): Readout {
  const at = (values: readonly (number | null)[] | undefined) => {
    const value = values?.[slot] ?? null
    return value === null ? null : scale(value)
  }
  return {
    atMs: timeOf(trend.now, slot),
    now: at(trend.now.values),
    yesterday: at(trend.yesterday.values),
    usual: at(trend.usual?.middle),
    byCamera: trend.byCamera[slot] === true,
  }
}

/** For screen readers and the line above the chart: "23 km/h, usual 26 km/h, yesterday 25 km/h". */
export function readoutText(
  { now, usual, yesterday, byCamera }: Readout,
  format: (value: number) => string,
): string {
  const parts = [now === null ? 'not measured' : `${format(now)}${byCamera ? ' by camera' : ''}`]
  if (usual !== null) parts.push(`usual ${format(usual)}`)
  if (yesterday !== null) parts.push(`yesterday ${format(yesterday)}`)
  return parts.join(', ')
}

/** Every six hours of the city's own clock, and midnight always among them. */
export function ticksOf({ trend }: ChartModel, timeZone: string, stepHours = 6): number[] {
  const startMs = trend.now.startMs
  const endMs = timeOf(trend.now, trend.now.values.length)
  const ticks: number[] = []
  for (let ms = Math.ceil(startMs / HOUR_MS) * HOUR_MS; ms < endMs; ms += HOUR_MS) {
    const minute = (((ms / 60_000 + offsetMinutes(ms, timeZone)) % 1440) + 1440) % 1440
    if (Math.floor(minute / 60) % stepHours === 0 && minute % 60 < 60) ticks.push(ms)
  }
  return ticks
}

/** The same figures as a file: instants in UTC, empty where nothing was measured; who counted stands last. */
export function toCsv(model: ChartModel): string {
  const { trend } = model
  const rows = trend.now.values.map((_, slot) => {
    const { atMs, now, usual, yesterday, byCamera } = readoutAt(model, slot)
    const source = now === null ? '' : byCamera ? 'camera' : 'loop'
    return [new Date(atMs).toISOString(), ...[now, usual, yesterday].map(cell), source].join(',')
  })
  return `${[`window_start,"now (${model.caption})",usual,yesterday,source`, ...rows].join('\n')}\n`
}

function cell(value: number | null): string {
  return value === null ? '' : String(Math.round(value * 100) / 100)
}
