import { Decisions } from './decisions.ts'
import { linkEvents } from './links.ts'
import type { EventLink } from './links.ts'
import { joinRowsWithoutId, reportOf } from './reports.ts'
import type { Report } from './reports.ts'
import { compareText, startSecond } from './version.ts'
import type { Apart, IncidentVersion } from './version.ts'

/** An incident of the record, before anything is read out of its text and place. */
export interface ResolvedIncident extends Report {
  /** It tells of the same event as another; null for what stands for its event. */
  readonly link: EventLink | null
  /** The other reports of its event, in order. */
  readonly linkedIds: readonly string[]
}

/**
 * Finds out which versions are one incident, and which incidents are one event. Everything happens within one second of the start:
 * versions of other seconds change nothing, and neither does the order in which they are given.
 *
 * @param versions all there are of each id that is among them, whatever they say of the start; repeats do no harm
 * @param apart what an operator decided to be different
 * @returns by start, then id; an id belongs to the second that its newest version names
 */
export function resolveIncidents(
  versions: readonly IncidentVersion[],
  apart: readonly Apart[],
): ResolvedIncident[] {
  const decisions = new Decisions(apart)
  const reports = [...Map.groupBy(versions, ({ id }) => id)].map(([id, ofId]) => reportOf(id, once(ofId)))
  const seconds = Map.groupBy(reports, ({ facts }) => startSecond(facts))
  return [...seconds].sort(([a], [b]) => a - b).flatMap(([, ofSecond]) => resolveSecond(ofSecond, decisions))
}

function resolveSecond(reports: readonly Report[], decisions: Decisions): ResolvedIncident[] {
  const whole = joinRowsWithoutId(reports, decisions).sort((a, b) => compareText(a.id, b.id))
  const links = new Map(linkEvents(whole, decisions).map(link => [link.id, link]))
  const events = Map.groupBy(whole, ({ id }) => links.get(id)?.event ?? id)
  return whole.map(report => {
    const link = links.get(report.id) ?? null
    const event = events.get(link?.event ?? report.id) ?? []
    return { ...report, link, linkedIds: event.map(({ id }) => id).filter(id => id !== report.id) }
  })
}

function once(versions: readonly IncidentVersion[]): IncidentVersion[] {
  return [...new Map(versions.map(version => [version.content, version])).values()]
}
