import { createHash } from 'node:crypto'
import { distanceM } from '../../core/geo/metres.ts'
import { rankOf } from '../../core/schema/severity.ts'
import { DAY_MS, HOUR_MS } from '../../core/time/spans.ts'
import type { Follower } from '../follow/follower.ts'
import { SAME_EVENT_M } from '../incidents/index.ts'
import type { placeOf } from '../incidents/index.ts'
import { reportOfRow } from './incident.ts'
import type { ArrivedReport } from './incident.ts'
import { matcherOf } from './rule.ts'
import type { AlertIncident, IncidentRule } from './rule.ts'

/** Somebody is to be told of an incident. */
export interface IncidentAlert {
  /** The same whenever it is said again. */
  readonly alertId: string
  readonly rule: string
  /** `raised`: it was known before, and is worse now. */
  readonly change: 'new' | 'raised'
  readonly arrivedAtMs: number
  readonly incident: AlertIncident
}

/** An event, which may be reported several times, and who was told of it. */
interface KnownEvent {
  /** Of the report that came first. */
  readonly id: string
  /** By id of each report of it: its newest version. */
  readonly versions: Readonly<Record<string, number>>
  readonly startedAtMs: number
  readonly latitude: number
  readonly longitude: number
  /** By rule: the rank of the worst for which it was told, −1 where it was none of the rule's. */
  readonly told: Readonly<Record<string, number>>
}

/** Plain, as it is saved between starts. */
export interface AlertMemory {
  /** Whatever stands below this position of the log is the past: it is remembered, and nobody is told. */
  readonly quietBelow: number
  readonly events: readonly KnownEvent[]
}

export interface IncidentAlertsOptions {
  readonly rules: readonly IncidentRule[]
  /** What began longer ago when it arrived is the past: an import, a source that was down. */
  readonly maxAgeHours: number
  readonly place: ReturnType<typeof placeOf>
}

/** Arrivals are by a clock that may be set back. */
const CLOCK_SLACK_MS = DAY_MS
/** Below every rank. */
const UNTOLD = -1

interface Matcher {
  readonly name: string
  readonly matches: (incident: AlertIncident) => boolean
}

/**
 * Says whom to tell of which new incidents: each rule once for an event, however often it is reported, and once more whenever it got
 * worse. What it remembers is bounded by the age: what began too long ago is never told again.
 */
export function incidentAlerts(
  { rules, maxAgeHours, place }: IncidentAlertsOptions,
  quietBelow: number,
): Follower<AlertMemory> {
  const matchers = rules.map(rule => ({ name: rule.name, matches: matcherOf(rule) }))
  const maxAgeMs = maxAgeHours * HOUR_MS
  return {
    name: 'incident-alerts',
    streams: ['incidents'],
    into: 'alerts',
    start: { quietBelow, events: [] },
    // As `isPast`.
    passesOver: `toUnixTimestamp64Milli(t.started_at) < toUnixTimestamp64Milli(t.arrived_at) - ${maxAgeMs}`,
    step: (memory, { position, values }) => {
      if (isPast(values, maxAgeMs) || values['withdrawn'] === true) return { state: memory, lines: [] }
      const report = reportOfRow(values, place)
      const kept = memory.events.filter(
        ({ startedAtMs }) => startedAtMs >= report.arrivedAtMs - maxAgeMs - CLOCK_SLACK_MS,
      )
      const before = kept.find(event => isOf(event, report)) ?? null
      // What an older version says was so before what is known of it.
      if (report.updatedAtMs < (before?.versions[report.incidentId] ?? -Infinity))
        return { state: { ...memory, events: kept }, lines: [] }
      const told = toldBy(matchers, before, report)
      const event = withReport(before, report, told)
      const state = { ...memory, events: [...kept.filter(one => one !== before), event] }
      if (position < memory.quietBelow) return { state, lines: [] }
      const fresh = Object.keys(told).filter(rule => isFresh(rule, before, told))
      return { state, lines: fresh.map(rule => alertOf(rule, before, event, report)) }
    },
  }
}

function isPast(values: Readonly<Record<string, unknown>>, maxAgeMs: number): boolean {
  return Date.parse(String(values['started_at'])) < Date.parse(String(values['arrived_at'])) - maxAgeMs
}

type Told = KnownEvent['told']

function toldBy(matchers: readonly Matcher[], before: KnownEvent | null, report: ArrivedReport): Told {
  const rank = rankOf(report.severity)
  return Object.fromEntries(
    matchers.map(({ name, matches }) => [
      name,
      Math.max(before?.told[name] ?? UNTOLD, matches(report) ? rank : UNTOLD),
    ]),
  )
}

/** A rule that is newer than what is known of the event is not told: it was there before. */
function isFresh(rule: string, before: KnownEvent | null, told: Told): boolean {
  const now = told[rule] ?? UNTOLD
  if (before === null) return now > UNTOLD
  const then = before.told[rule]
  return then !== undefined && now > then
}

function isOf(event: KnownEvent, report: ArrivedReport): boolean {
  if (Object.hasOwn(event.versions, report.incidentId)) return true
  const isSameSecond = Math.floor(event.startedAtMs / 1000) === Math.floor(report.startedAtMs / 1000)
  return (
    isSameSecond &&
    distanceM(event.latitude, event.longitude, report.latitude, report.longitude) <= SAME_EVENT_M
  )
}

function withReport(
  before: KnownEvent | null,
  { incidentId, startedAtMs, updatedAtMs, latitude, longitude }: ArrivedReport,
  told: Told,
): KnownEvent {
  return {
    id: before?.id ?? incidentId,
    versions: { ...before?.versions, [incidentId]: updatedAtMs },
    ...{ startedAtMs, latitude, longitude },
    told,
  }
}

function alertOf(
  rule: string,
  before: KnownEvent | null,
  { id }: KnownEvent,
  { arrivedAtMs, ...incident }: ArrivedReport,
): IncidentAlert {
  return {
    alertId: alertIdOf(['incident', rule, id, incident.severity]),
    rule,
    change: (before?.told[rule] ?? UNTOLD) === UNTOLD ? 'new' : 'raised',
    arrivedAtMs,
    incident,
  }
}

/** The same parts give the same id; no two alerts share one. */
export function alertIdOf(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}
