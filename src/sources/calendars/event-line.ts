import { createHash } from 'node:crypto'
import { EVENT_CHARS } from '../../core/schema/event.ts'
import type { EventKind, EventStatus, RoadEffect } from '../../core/schema/event.ts'

/** A line of the stream `events`, by its names on the wire. */
export interface EventLine {
  readonly event_id: string
  readonly updated_at: string
  readonly kind: EventKind
  readonly title: string
  readonly status: EventStatus
  readonly starts_at: string
  readonly ends_at: string
  readonly doors_open_at?: string
  readonly venue_id?: string
  readonly place?: string
  readonly latitude?: number
  readonly longitude?: number
  readonly line?: unknown
  readonly expected_attendance?: number
  readonly road_effect?: RoadEffect
  readonly description?: string
  readonly url?: string
  readonly withdrawn?: true
}

/** An id as the stream takes it: what is too long or has unseen characters keeps its beginning and gets a digest. */
export function eventId(...parts: readonly string[]): string {
  const whole = parts.join('/')
  const clean = oneLine(whole)
  if (clean === whole && whole.length <= EVENT_CHARS.event_id) return whole
  const digest = createHash('sha256').update(whole).digest('hex').slice(0, 16)
  return `${clean.slice(0, EVENT_CHARS.event_id - 17)}~${digest}`
}

/** Text on one line, without what nobody sees; empty where nothing is left. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/[\s\u2028\u2029]+/gu, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .trim()
}

/** Cut to at most `chars`, never within a character. */
export function cut(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
