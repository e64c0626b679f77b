import type { IncidentClusters } from '../../../../../src/serve/contract/index.ts'
import { count } from '../../../ui/format.ts'
import { placeName } from '../model/words.ts'
import {
  changeOf,
  comparedWords,
  figuresOf,
  labelOf,
  legendOf,
  polygonOf,
  SHOWN,
  type Called,
  type Spot,
  type SpotMark,
  type Spots,
  type Standing,
} from './spots.ts'

export type Clusters = NonNullable<IncidentClusters['result']>
export type Cluster = Clusters['clusters'][number]

const STANDINGS: readonly Called[] = [
  { standing: 'emerging', label: 'Emerging: a cluster now, not before' },
  { standing: 'persistent', label: 'Persistent: a cluster in both' },
  { standing: 'hot', label: 'Cluster' },
  { standing: 'fading', label: 'Fading: was one, no longer' },
]

/** Places where incidents lie close together: each an area from near, and a disc from afar. */
export function clusterSpots(found: Clusters): Spots {
  const { clusters } = found
  const most = clusters.reduce((top, cluster) => Math.max(top, cluster.incidents), 1)
  const byId = new Map(clusters.map(cluster => [cluster.id, cluster]))
  return {
    way: 'clusters',
    rows: rowsOf(clusters),
    none: 'Nowhere so close together. Choose more days or fewer conditions to find places by more incidents.',
    legend: legendOf(STANDINGS, found),
    scale: ['few', 'many'],
    words: wordsOf(found),
    marks: {
      type: 'FeatureCollection',
      // Those with most lie below: they are large.
      features: clusters.flatMap(cluster => {
        const share = Math.sqrt(cluster.incidents / most)
        const properties: SpotMark = {
          ...{ spot: cluster.id, share, standing: standingOf(cluster), isPaired: true },
        }
        const { longitude, latitude } = cluster
        return [
          { type: 'Feature', properties, geometry: polygonOf(cluster.outline) },
          { type: 'Feature', properties, geometry: { type: 'Point', coordinates: [longitude, latitude] } },
        ]
      }),
    },
    middles: new Map(clusters.map(({ id, longitude, latitude }) => [id, [longitude, latitude]])),
    tipOf: spot => {
      const cluster = byId.get(spot)
      if (cluster === undefined) return null
      const label = STANDINGS.find(({ standing }) => standing === standingOf(cluster))?.label ?? ''
      const figures = figuresOf(cluster.incidents, cluster.incidents_before)
      return { title: label, lines: [...(cluster.title === null ? [] : [cluster.title]), figures] }
    },
  }
}

function standingOf({ course }: Pick<Cluster, 'course'>): Standing {
  return course ?? 'hot'
}

/** What faded is told too, however many clusters there are. */
const FADED_SHOWN = 3

function rowsOf(clusters: readonly Cluster[]): Spot[] {
  const faded = clusters.filter(({ course }) => course === 'fading')
  const standing = clusters.filter(({ course }) => course !== 'fading')
  const room = SHOWN - Math.min(faded.length, FADED_SHOWN)
  return [...standing.slice(0, room), ...faded.slice(0, SHOWN - Math.min(standing.length, room))].map(
    cluster => ({
      id: cluster.id,
      standing: standingOf(cluster),
      label: labelOf(STANDINGS, standingOf(cluster)),
      name: cluster.title ?? 'Place without a name',
      place: cluster.community === null ? null : placeName(cluster.community),
      figures: figuresOf(cluster.incidents, cluster.incidents_before),
      change: changeOf(cluster.ratio),
    }),
  )
}

function wordsOf(found: Clusters): string {
  const { within_m: within, at_least: atLeast, in_none: inNone, period, before } = found
  const there = found.clusters.filter(({ course }) => course !== 'fading').length
  const how = `${count(there)} ${there === 1 ? 'place' : 'places'} with ${count(atLeast)} reports or more within ${within} m of one of them (DBSCAN; a report a month), ${count(inNone)} of ${count(period?.incidents ?? 0)} incidents in none.`
  const chance =
    before === null
      ? ''
      : ' A place is found in its worst time: some of a change since or before is chance, which evens out.'
  return `${how} ${comparedWords(found)}${chance}`
}
