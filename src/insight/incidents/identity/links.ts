import type { Decisions } from './decisions.ts'
import { metresBetween } from './reports.ts'
import type { Report } from './reports.ts'
import { compareText, textOf } from './version.ts'

/** Reports of the same second that are no further apart are of one event: posted again, or taken further. */
export const SAME_EVENT_M = 3_000

/** A report that tells of the same event as another. */
export interface EventLink {
  readonly id: string
  /** The report it was found to belong to; that one may itself belong to another. */
  readonly to: string
  /** The first report of the event, which stands for it. */
  readonly event: string
  readonly distanceM: number
  readonly isSameText: boolean
}

/**
 * Which reports of one second tell of one event. Pairs are taken by distance, nearest first, so that two reports that were decided to
 * be apart never come together through a third.
 */
export function linkEvents(reports: readonly Report[], decisions: Decisions): EventLink[] {
  const there = reports.filter(({ withdrawn }) => !withdrawn).sort(byFirst)
  if (there.length < 2) return []
  const groups = new Groups(there, decisions)
  const neighbours = new Map<Report, Pair[]>()
  for (const pair of pairsOf(there)) {
    if (!groups.join(pair.a, pair.b)) continue
    for (const one of [pair.a, pair.b]) neighbours.set(one, [...(neighbours.get(one) ?? []), pair])
  }
  return there
    .filter(report => groups.firstOf(report) === report)
    .flatMap(first => linksFrom(first, neighbours))
}

interface Pair {
  readonly a: Report
  readonly b: Report
  readonly distanceM: number
}

/** The report that was there first stands for the event: before a later one, and whatever has an id of the source before what has none. */
function byFirst(a: Report, b: Report): number {
  const [first, second] = [a.versions[0], b.versions[0]]
  return (
    (first?.updatedAtMs ?? 0) - (second?.updatedAtMs ?? 0) ||
    Number(b.facts.hasSourceId) - Number(a.facts.hasSourceId) ||
    compareText(a.id, b.id)
  )
}

function pairsOf(reports: readonly Report[]): Pair[] {
  const pairs: Pair[] = []
  for (const [i, a] of reports.entries())
    for (const b of reports.slice(i + 1)) {
      const apartM = metresBetween(a, b)
      if (apartM <= SAME_EVENT_M) pairs.push({ a, b, distanceM: apartM })
    }
  // Equal distances keep the order of the reports.
  return pairs.sort((p, q) => p.distanceM - q.distanceM)
}

/** Goes from the first report of an event to all others, each by the pair that brought it in. */
function linksFrom(first: Report, neighbours: ReadonlyMap<Report, readonly Pair[]>): EventLink[] {
  const links: EventLink[] = []
  const seen = new Set([first])
  for (const to of seen)
    for (const { a, b, distanceM } of neighbours.get(to) ?? []) {
      const next = a === to ? b : a
      if (seen.has(next)) continue
      seen.add(next)
      const isSameText = textOf(next.facts) === textOf(to.facts)
      links.push({ id: next.id, to: to.id, event: first.id, distanceM, isSameText })
    }
  return links
}

/** Reports that came together so far; the first of each group names it. */
class Groups {
  readonly #members = new Map<Report, readonly Report[]>()
  readonly #decisions: Decisions

  constructor(reports: readonly Report[], decisions: Decisions) {
    this.#decisions = decisions
    for (const report of reports) this.#members.set(report, [report])
    this.#order = new Map(reports.map((report, i) => [report, i]))
  }

  readonly #order: ReadonlyMap<Report, number>

  firstOf(report: Report): Report | undefined {
    return this.#members.get(report)?.[0]
  }

  /** @returns whether two groups became one */
  join(a: Report, b: Report): boolean {
    const [ours = [], theirs = []] = [this.#members.get(a), this.#members.get(b)]
    if (ours === theirs) return false
    const idsOf = (group: readonly Report[]) =>
      group.flatMap(({ id, joined }) => [id, ...joined.map(one => one.id)])
    if (this.#decisions.anyApart(idsOf(ours), idsOf(theirs))) return false
    const together = [...ours, ...theirs].sort(
      (p, q) => (this.#order.get(p) ?? 0) - (this.#order.get(q) ?? 0),
    )
    for (const report of together) this.#members.set(report, together)
    return true
  }
}
