import { distanceM } from '../../../core/geo/metres.ts'
import type { Decisions } from './decisions.ts'
import { byAge, compareText, textOf } from './version.ts'
import type { IncidentVersion } from './version.ts'

/** A row without an id is that of a report at the same second within so far. */
export const SAME_PLACE_M = 15

/** A report and all that is known of it: what the source called one thing, with the rows without an id that are the same. */
export interface Report {
  readonly id: string
  /** Oldest first, of the rows that joined it too. */
  readonly versions: readonly IncidentVersion[]
  /** What it says now: the newest version that withdraws nothing, else the newest. */
  readonly facts: IncidentVersion
  readonly withdrawn: boolean
  readonly joined: readonly Joined[]
}

/** A row without an id that was found to be the report. */
export interface Joined {
  readonly id: string
  readonly distanceM: number
  readonly isSameText: boolean
}

/** The versions of one id, oldest first. @param versions at least one */
export function reportOf(
  id: string,
  versions: readonly IncidentVersion[],
  joined: readonly Joined[] = [],
): Report {
  const ordered = versions.toSorted(byAge)
  const newest = ordered.at(-1)
  if (newest === undefined) throw new Error(`the report ${id} has no version`)
  const facts = ordered.findLast(({ withdrawn }) => !withdrawn) ?? newest
  return { id, versions: ordered, facts, withdrawn: newest.withdrawn, joined }
}

/**
 * Joins rows without an id with the report of the same second that is no further than 15 m away: the one with the same text, else the
 * nearest, else by its id. What finds none stays a report of its own.
 * @param reports of one second
 */
export function joinRowsWithoutId(reports: readonly Report[], decisions: Decisions): Report[] {
  const named = reports.filter(({ facts }) => facts.hasSourceId)
  const rows = reports.filter(({ facts }) => !facts.hasSourceId)
  if (named.length === 0 || rows.length === 0) return [...reports]
  const joining = new Map<string, { joined: Joined; versions: readonly IncidentVersion[] }[]>()
  const alone: Report[] = []
  for (const row of rows) {
    const found = partnerOf(row, named, decisions)
    if (found === null) alone.push(row)
    else
      joining.set(found.partner.id, [
        ...(joining.get(found.partner.id) ?? []),
        { ...found, versions: row.versions },
      ])
  }
  const whole = named.map(report => {
    const more = (joining.get(report.id) ?? []).sort((a, b) => compareText(a.joined.id, b.joined.id))
    if (more.length === 0) return report
    const versions = [...report.versions, ...more.flatMap(one => one.versions)]
    return reportOf(
      report.id,
      versions,
      more.map(({ joined }) => joined),
    )
  })
  return [...whole, ...alone]
}

interface Partner {
  readonly partner: Report
  readonly joined: Joined
}

function partnerOf(row: Report, named: readonly Report[], decisions: Decisions): Partner | null {
  const candidates = named.flatMap((partner): Partner[] => {
    const apartM = metresBetween(row, partner)
    if (apartM > SAME_PLACE_M || decisions.areApart(row.id, partner.id)) return []
    const isSameText = partner.versions.some(version => textOf(version) === textOf(row.facts))
    return [{ partner, joined: { id: row.id, distanceM: apartM, isSameText } }]
  })
  candidates.sort(
    (a, b) =>
      Number(b.joined.isSameText) - Number(a.joined.isSameText) ||
      a.joined.distanceM - b.joined.distanceM ||
      compareText(a.partner.id, b.partner.id),
  )
  return candidates[0] ?? null
}

export function metresBetween({ facts: a }: Report, { facts: b }: Report): number {
  return distanceM(a.latitude, a.longitude, b.latitude, b.longitude)
}
