import { z } from 'zod'
import { reasonsOf, type Stream } from '../../core/stream/index.ts'
import { REASONS } from '../../lake/readings/scan/index.ts'
import type { LakeReader } from '../../lake/read/index.ts'
import {
  Conflict,
  DistrictAnalytics,
  DistrictQuarter,
  HourlySummary,
  Intersection,
  IntersectionMetrics,
  QuarantinedLine,
  SensorItem,
  SilverReading,
} from '../contract/index.ts'
import type { Route } from '../route.ts'
import { anyOf, listRoute } from './list.ts'

const WINDOWS =
  'Windows are UTC, named by their start and closed on the left. A measure no reading carried is null.'

/** The lists of the lake's layers and of the city's places. */
export function listRoutes(lake: LakeReader, streams: readonly Stream[]): Route[] {
  const hasWorks = streams.some(({ name }) => name === 'work-zones')
  return [...gold(lake), ...(hasWorks ? [conflicts(lake)] : []), ...rest(lake, streams)]
}

function conflicts(lake: LakeReader): Route {
  return listRoute(lake, {
    list: 'conflicts',
    path: '/v1/gold/conflicts',
    id: 'conflicts',
    tag: 'Gold',
    summary: 'Work zones and events that are at one place at one time',
    description: 'By the time from which both are there. `ends_at_from` leaves out what is over.',
    item: Conflict,
  })
}

/** Streams by name, the readings among them. */
export function streamParameter(streams: readonly Stream[]) {
  const names = ['readings', ...streams.map(({ name }) => name)]
  return anyOf(z.enum(names, { error: `wants one of ${names.join(', ')}` }), 'Of this stream')
}

/** Codes of broken rules: of readings, and of every stream. */
function reasonParameter(streams: readonly Stream[]) {
  const codes = [...new Set([REASONS, ...streams.map(reasonsOf)].flatMap(Object.keys))]
  // Of all streams there are hundreds: the page on quarantine names them.
  const some =
    codes.length > 40 ? `a reason that docs/reference/quarantine.md lists` : `one of ${codes.join(', ')}`
  return anyOf(z.enum(codes, { error: `wants ${some}` }), 'Broke this rule')
}

function gold(lake: LakeReader): Route[] {
  return [
    listRoute(lake, {
      list: 'hourlySummary',
      path: '/v1/gold/hourly-summary',
      id: 'hourly-summary',
      tag: 'Gold',
      summary: 'Each district by the hour',
      description: WINDOWS,
      item: HourlySummary,
    }),
    listRoute(lake, {
      list: 'intersectionMetrics',
      path: '/v1/gold/intersection-metrics',
      id: 'intersection-metrics',
      tag: 'Gold',
      summary: 'Each intersection by five minutes',
      description: WINDOWS,
      item: IntersectionMetrics,
    }),
    listRoute(lake, {
      list: 'districtAnalytics',
      path: '/v1/gold/district-analytics',
      id: 'district-analytics',
      tag: 'Gold',
      summary: 'Each district by fifteen minutes',
      description: WINDOWS,
      item: DistrictAnalytics,
    }),
    listRoute(lake, {
      list: 'districtQuarters',
      path: '/v1/gold/district-quarters',
      id: 'district-quarters',
      tag: 'Gold',
      summary: 'Each district by fifteen minutes, only what is compared between days',
      description: `${WINDOWS} A narrow list that is read without joins: weeks of it are light.`,
      item: DistrictQuarter,
    }),
  ]
}

function rest(lake: LakeReader, streams: readonly Stream[]): Route[] {
  return [
    listRoute(lake, {
      list: 'silverReadings',
      path: '/v1/silver/readings',
      id: 'silver-readings',
      tag: 'Silver',
      summary: 'Valid readings, one per sensor and time',
      description:
        'Metric units, with the place from the register where the reading had none. Ordered by measured_at.',
      item: SilverReading,
    }),
    listRoute(lake, {
      list: 'quarantine',
      path: '/v1/quarantine',
      id: 'quarantine',
      tag: 'Quarantine',
      summary: 'Lines that broke a rule',
      description: 'Newest first. from and to speak of their arrival.',
      item: QuarantinedLine,
      order: 'desc',
      parameters: { reasons: reasonParameter(streams), stream: streamParameter(streams) },
    }),
    listRoute(lake, {
      list: 'intersections',
      path: '/v1/intersections',
      id: 'intersections',
      tag: 'Places',
      summary: 'Intersections and other sites',
      description: 'A sensor at no intersection is a site of its own.',
      item: Intersection,
    }),
    listRoute(lake, {
      list: 'sensors',
      path: '/v1/sensors',
      id: 'sensors',
      tag: 'Places',
      summary: 'Sensors: registered ones, and those that were only seen',
      description: 'The register wins over what a reading says of its place.',
      item: SensorItem,
    }),
  ]
}
