import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../../src/serve/contract/spans.ts'
import type { Glyph } from '../../../map/overlay/glyphs.ts'
import { clock, date, weekday } from '../../../ui/city-time.ts'
import { words } from '../../../ui/format.ts'
import type { Happening, Phase } from './happening.ts'

const TYPES: Partial<Record<string, { label: string; glyph: Glyph }>> = {
  concert: { label: 'Concert', glyph: 'music' },
  match: { label: 'Match', glyph: 'ball' },
  parade: { label: 'Parade', glyph: 'flag' },
  roadwork: { label: 'Road works', glyph: 'barrier' },
  school: { label: 'School', glyph: 'school' },
  holiday: { label: 'Holiday', glyph: 'day' },
  other: { label: 'Event', glyph: 'day' },
  'work-zone': { label: 'Work zone', glyph: 'barrier' },
  detour: { label: 'Detour', glyph: 'detour' },
}

export function typeWords(type: string): string {
  return TYPES[type]?.label ?? words(type)
}

export function glyphOf(type: string): Glyph {
  return TYPES[type]?.glyph ?? 'day'
}

export function shapeOf({ kind, type }: Pick<Happening, 'kind' | 'type'>): 'pin' | 'triangle' {
  return kind === 'zone' || type === 'roadwork' ? 'triangle' : 'pin'
}

export function lookOf(phase: Phase): 'active' | 'planned' | 'off' {
  return phase === 'active' || phase === 'planned' ? phase : 'off'
}

/** "now", "planned", "tentative", "cancelled", "over". */
export function phaseWords({ status, kind, startMs }: Happening, phase: Phase, nowMs: number): string {
  if (phase !== 'planned') return phase === 'active' ? 'now' : phase
  if (kind === 'zone' && startMs <= nowMs) return 'due, not begun'
  return kind === 'event' && status === 'planned' ? 'tentative' : 'planned'
}

/** "Fri 19:00–22:30", "27 Nov 19:00 – 3 Dec 06:00", "Thu 26 Nov, all day". */
export function whenWords(
  { startMs, endMs, cityWide }: Pick<Happening, 'startMs' | 'endMs' | 'cityWide'>,
  timeZone: string,
): string {
  const day = (atMs: number) => shortDate(atMs, timeZone)
  // An end at midnight belongs to the day before.
  const sameDay = day(startMs) === day(Math.max(startMs, endMs - 1))
  const whole = clock(startMs, timeZone) === '00:00' && clock(endMs, timeZone) === '00:00'
  if (cityWide && whole) return sameDay ? `${day(startMs)}, all day` : `${day(startMs)} – ${day(endMs - 1)}`
  if (sameDay) return `${day(startMs)}, ${clock(startMs, timeZone)}–${clock(endMs, timeZone)}`
  return `${day(startMs)}, ${clock(startMs, timeZone)} – ${day(endMs)}, ${clock(endMs, timeZone)}`
}

/** Fri 27 Nov */
export function shortDate(atMs: number, timeZone: string): string {
  return `${weekday(atMs, timeZone)} ${date(atMs, timeZone).split(' ').slice(1, 3).join(' ')}`
}

/** "in 3 h", "for 2 h more", "since 4 h": what an operator asks first. */
export function countdown({ startMs, endMs }: Happening, phase: Phase, nowMs: number): string | null {
  if (phase === 'planned' && startMs > nowMs) return `begins in ${span(startMs - nowMs)}`
  if (phase === 'active') return `${span(endMs - nowMs)} left`
  return phase === 'over' && endMs <= nowMs ? `ended ${span(nowMs - endMs)} ago` : null
}

/** 40 min, 3 h, 12 days */
export function span(ms: number): string {
  if (ms < 90 * MINUTE_MS) return `${Math.max(1, Math.round(ms / MINUTE_MS))} min`
  if (ms < 48 * HOUR_MS) return `${Math.round(ms / HOUR_MS)} h`
  return `${Math.round(ms / DAY_MS)} days`
}

const EFFECTS: Partial<Record<string, string>> = {
  none: 'Roads stay as they are',
  busy: 'Busy roads',
  partly_closed: 'Roads partly closed',
  closed: 'Roads closed',
}

/** What it does to traffic, in one phrase; null where nobody says. */
export function effectWords({ event, zone }: Happening): string | null {
  if (event !== null) {
    const { road_effect: effect } = event
    return effect === null ? null : (EFFECTS[effect] ?? words(effect))
  }
  const impact = zone?.vehicle_impact ?? null
  return impact === null || impact === 'unknown' ? null : words(impact)
}
