import type { LiveSite } from '../../../src/serve/contract/index.ts'
import { bandsOf, stepOf, type Band, type Measure } from '../map/bands.ts'
import { ago, type Units } from '../ui/format.ts'
import type { Picture } from './picture.ts'

/** A site, or a sensor of it, silent for this long before the city's newest reading is grey, as the server has it. */
export const SILENT_MS = 15 * 60_000
/** A sensor may miss this many of its intervals, or this long, before it is late. */
const LATE_INTERVALS = 3
const LATE_LEAST_MS = 120_000

/**
 * How a site is; exactly one holds. `unheard`: nothing of it in the live picture. `silent`: nothing for a quarter-hour.
 * `unmeasured`: it reports, but not what the map's colour means. `measured`: it has a band.
 */
export type SiteState =
  | { readonly kind: 'unheard' }
  | { readonly kind: 'silent'; readonly atMs: number }
  | { readonly kind: 'unmeasured'; readonly atMs: number }
  | { readonly kind: 'measured'; readonly atMs: number; readonly band: Band }

export function siteStateOf(
  site: LiveSite | null | undefined,
  cityAtMs: number | null,
  measure: Measure,
  units: Units,
): SiteState {
  if (site === null || site === undefined) return { kind: 'unheard' }
  if (isSilent(site.at, cityAtMs)) return { kind: 'silent', atMs: site.at }
  const step = stepOf(site, measure, units)
  const band = bandsOf(measure, units).find(each => each.step === step)
  return band === undefined
    ? { kind: 'unmeasured', atMs: site.at }
    : { kind: 'measured', atMs: site.at, band }
}

export function isSilent(atMs: number, cityAtMs: number | null): boolean {
  return cityAtMs !== null && cityAtMs - atMs > SILENT_MS
}

export interface SiteWords {
  readonly title: string
  readonly detail: string
}

/** A signal's state is of seconds: in a picture that is not of now, nobody knows it. */
export function knowsSignal(state: SiteState, picture: Picture): boolean {
  return (
    (state.kind === 'measured' || state.kind === 'unmeasured') &&
    (picture.kind === 'live' || picture.kind === 'historical')
  )
}

/** What stands beside the site's mark; `asOf` is the time of a picture that is not of now. */
export function siteWords(
  state: SiteState,
  measure: Measure,
  agoBase: number,
  asOf: string | null = null,
): SiteWords {
  const then = asOf === null ? '' : `, as of ${asOf}`
  switch (state.kind) {
    case 'unheard':
      return { title: 'No recent reading', detail: 'nothing is known of now' }
    case 'silent':
      return { title: 'Silent', detail: `last reading ${ago(Math.max(0, agoBase - state.atMs))}` }
    case 'unmeasured':
      return {
        title: measure === 'delay' ? 'No wait measured' : 'No speed measured',
        detail: 'so it has no grade',
      }
    case 'measured':
      return measure === 'delay'
        ? { title: `Grade ${state.band.mark}`, detail: `estimated delay grade${then}` }
        : { title: state.band.label, detail: `mean speed, last 5 min${then}` }
  }
}

/** `unknown` while nobody can ask: then only when it was heard is said. */
export type SensorState = 'reports' | 'late' | 'silent' | 'unknown'

export interface SensorClock {
  readonly lastMs: number
  readonly intervalS: number
}

/**
 * How a sensor is. Silent exactly when its site would be for the same reading; nothing reports in a picture that is
 * stale, and a lost connection knows of none.
 */
export function sensorStateOf(
  { lastMs, intervalS }: SensorClock,
  picture: Picture,
  cityAtMs: number | null,
  clockMs: number,
): SensorState {
  if (picture.kind === 'lost' || picture.kind === 'connecting') return 'unknown'
  if (isSilent(lastMs, cityAtMs)) return 'silent'
  if (picture.kind === 'stale') return 'late'
  const ageMs = (picture.kind === 'historical' ? picture.nowMs : clockMs) - lastMs
  const limitMs = Math.min(SILENT_MS, Math.max(LATE_INTERVALS * intervalS * 1_000, LATE_LEAST_MS))
  return ageMs <= limitMs ? 'reports' : 'late'
}

const SENSOR_WORDS: Record<SensorState, string> = {
  reports: 'heard',
  late: 'late, heard',
  silent: 'silent, heard',
  unknown: 'heard',
}

export function sensorWords(state: SensorState, ageMs: number): string {
  return `${SENSOR_WORDS[state]} ${ago(Math.max(0, ageMs))}`
}

/** "2 of 3 report", in the head of the list. */
export function sensorsText(states: readonly SensorState[]): string {
  if (states.length === 0) return ''
  if (states.every(state => state === 'unknown')) return 'not known now'
  return `${states.filter(state => state === 'reports').length} of ${states.length} report`
}
