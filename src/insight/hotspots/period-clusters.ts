import { rateRatio } from '../../core/statistics/index.ts'
import type { Estimate } from '../../core/statistics/index.ts'
import type { Place } from './cells.ts'
import { outlineAround } from './cluster-outline.ts'
import type { HotspotCourse } from './compare-periods.ts'
import { dbscan, NOISE } from './dbscan.ts'
import type { PeriodIncidents } from './period-hotspots.ts'
import { PlaceGrid } from './place-grid.ts'

/** A place where incidents lie close together. */
export interface Cluster {
  /** Longitude and latitude of its corners, in order; the first is not repeated. */
  readonly outline: readonly (readonly [number, number])[]
  readonly middle: Place
  /** Incidents of the period within reach of the place, be it a cluster in it or only before. */
  readonly incidents: number
  /** The same of the period before; null where there is none. */
  readonly incidentsBefore: number | null
  readonly course: HotspotCourse | null
  /** Rate a covered day now over the rate before; null where there is no period before. */
  readonly ratio: Estimate | null
  /** Which of this period's incidents are in it, by their places in the list; none where it faded. */
  readonly members: readonly number[]
}

export interface PeriodClusters {
  readonly withinM: number
  /** A core has so many incidents around it, itself among them; before by its own days. */
  readonly atLeast: number
  readonly atLeastBefore: number | null
  /** Incidents of the period that are in no cluster of it. */
  readonly inNone: number
  /** Those with most incidents first, what faded last. */
  readonly clusters: readonly Cluster[]
}

/** About a junction with its approaches. */
const WITHIN_M = 100
/** A core has one report in so many days: periods of unlike length have the same measure. */
const DAYS_A_REPORT = 30
const FEWEST = 5

/**
 * Places with a report a month or more within a hundred metres, by density, and what became of them since the period before. Clusters of
 * the two periods whose members are neighbours are one place, and both periods are counted as far as it reaches. A place that is dense in
 * one period only was partly chosen for a bad spell: some of its change is regression to the mean.
 *
 * @param before null where there is none to compare with
 *
 * Source: see `dbscan`.
 */
export function periodClusters(now: PeriodIncidents, before: PeriodIncidents | null): PeriodClusters {
  const found = clustersOf(now)
  const then = before === null ? null : clustersOf(before)
  const places = placesOf(found.clusters, then?.clusters ?? [])
  const counted = countsNear(places, now, before)
  const clusters = places.map((place, i) => describe(place, counted[i]!, now, before))
  return {
    withinM: WITHIN_M,
    atLeast: atLeastOf(now),
    atLeastBefore: before === null ? null : atLeastOf(before),
    inNone: found.inNone,
    clusters: clusters.sort(
      (a, b) => Number(a.course === 'fading') - Number(b.course === 'fading') || b.incidents - a.incidents,
    ),
  }
}

interface Members {
  readonly at: readonly number[]
  readonly places: readonly Place[]
}

/** One place of the city: its clusters of either period. */
interface Joined {
  readonly now: Members[]
  readonly before: Members[]
}

function atLeastOf({ coveredDays }: PeriodIncidents): number {
  return Math.max(FEWEST, Math.ceil(coveredDays / DAYS_A_REPORT))
}

function clustersOf(period: PeriodIncidents): { readonly clusters: Members[]; readonly inNone: number } {
  const { places } = period
  const labels = dbscan(
    places.map(({ latitude }) => latitude),
    places.map(({ longitude }) => longitude),
    { withinM: WITHIN_M, atLeast: atLeastOf(period) },
  )
  const by = Map.groupBy(labels.keys(), i => labels[i] ?? NOISE)
  const inNone = by.get(NOISE)?.length ?? 0
  by.delete(NOISE)
  return { clusters: [...by.values()].map(at => ({ at, places: at.map(i => places[i]!) })), inNone }
}

/** Joins clusters of the two periods that touch; those of one period are one place only by way of the other. */
function placesOf(now: readonly Members[], before: readonly Members[]): Joined[] {
  const { grid, clusterAt } = gridOf(now)
  const placeOf = now.map((members): Joined => ({ now: [members], before: [] }))
  for (const members of before) {
    const touched = new Set<Joined>()
    for (const place of members.places)
      grid.forEachNear(place, index => touched.add(placeOf[clusterAt[index]!]!))
    const joined: Joined = { now: [], before: [members] }
    for (const other of touched) {
      joined.now.push(...other.now)
      joined.before.push(...other.before)
    }
    placeOf.forEach((place, cluster) => {
      if (touched.has(place)) placeOf[cluster] = joined
    })
    if (touched.size === 0) placeOf.push(joined)
  }
  return [...new Set(placeOf)]
}

/** Members of all clusters, and of each the cluster it belongs to. */
function gridOf(clusters: readonly Members[]) {
  const clusterAt = clusters.flatMap(({ places }, cluster) => places.map(() => cluster))
  const grid = new PlaceGrid(
    clusters.flatMap(({ places }) => places),
    WITHIN_M,
  )
  return { grid, clusterAt }
}

interface Counted {
  now: number
  before: number
}

function countsNear(
  joined: readonly Joined[],
  now: PeriodIncidents,
  before: PeriodIncidents | null,
): Counted[] {
  const all = joined.map(place => {
    const members = [...place.now, ...place.before]
    return { at: [], places: members.flatMap(({ places }) => places) }
  })
  const { grid, clusterAt } = gridOf(all)
  const counts = joined.map((): Counted => ({ now: 0, before: 0 }))
  const count = (places: readonly Place[], period: keyof Counted) => {
    for (const place of places) {
      const near = new Set<number>()
      grid.forEachNear(place, index => near.add(clusterAt[index]!))
      for (const cluster of near) counts[cluster]![period]++
    }
  }
  count(now.places, 'now')
  if (before !== null) count(before.places, 'before')
  return counts
}

function describe(
  place: Joined,
  counted: Counted,
  now: PeriodIncidents,
  before: PeriodIncidents | null,
): Cluster {
  const shape = (place.now.length > 0 ? place.now : place.before).flatMap(({ places }) => places)
  const mean = (of: (one: Place) => number) => shape.reduce((sum, one) => sum + of(one), 0) / shape.length
  const common = {
    outline: outlineAround(shape, WITHIN_M / 2),
    middle: { latitude: mean(one => one.latitude), longitude: mean(one => one.longitude) },
    incidents: counted.now,
    members: place.now.flatMap(({ at }) => at),
  }
  if (before === null) return { ...common, incidentsBefore: null, course: null, ratio: null }
  return {
    ...common,
    incidentsBefore: counted.before,
    course: courseOf(place),
    ratio: rateRatio(counted.now, now.coveredDays, counted.before, before.coveredDays),
  }
}

function courseOf({ now, before }: Joined): HotspotCourse {
  if (now.length === 0) return 'fading'
  return before.length > 0 ? 'persistent' : 'emerging'
}
