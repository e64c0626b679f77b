import { periodClusters, PlaceGrid, type Cluster } from '../../../../insight/hotspots/index.ts'
import type { Moments } from '../../../../lake/read/incident-record/index.ts'
import type { IncidentClusters } from '../../../../serve/contract/index.ts'
import { estimateOf } from '../moments.ts'
import { cornersOf, nameOf, placesOf, placeText } from '../places.ts'
import { comparedOf, periodTexts, type ComparedGiven } from './cells-job.ts'

/** Places where incidents lie close together, by density. */
export function clustersJob(given: ComparedGiven): NonNullable<IncidentClusters['result']> {
  const { now } = given
  const { periods, compared } = comparedOf(given)
  const found = periodClusters(
    { places: placesOf(now), coveredDays: periods.days?.covered ?? 0 },
    compared === null ? null : { places: placesOf(compared.moments), coveredDays: compared.days.covered },
  )
  const named = namesNear(now, compared?.moments ?? null, found.withinM)
  return {
    ...periodTexts({ periods, compared, now }),
    ...{ within_m: found.withinM, at_least: found.atLeast, at_least_before: found.atLeastBefore },
    in_none: found.inNone,
    clusters: found.clusters.map(cluster => clusterText(cluster, now, named)),
  }
}

type Named = ReturnType<typeof nameOf>

function clusterText(
  { outline, middle, members, incidentsBefore, ratio, ...cluster }: Cluster,
  now: Moments,
  named: (cluster: Pick<Cluster, 'middle'>) => Named,
) {
  const place = placeText(middle)
  return {
    id: `${place.latitude},${place.longitude}`,
    ...{ ...place, ...cluster, outline: cornersOf(outline), incidents_before: incidentsBefore },
    ratio: ratio === null ? null : estimateOf(ratio),
    ...(members.length > 0 ? nameOf(members, now) : named({ middle })),
  }
}

/** What faded has no member of this period: it is called by what was reported around its middle before. */
function namesNear(now: Moments, before: Moments | null, withinM: number) {
  const moments = before ?? now
  const grid = new PlaceGrid(placesOf(moments), withinM)
  return ({ middle }: Pick<Cluster, 'middle'>): Named => {
    const near: number[] = []
    grid.forEachNear(middle, index => near.push(index))
    return nameOf(near, moments)
  }
}
