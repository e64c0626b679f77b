import { z } from 'zod'
import { DELAY_GRADES, WORST_DELAY_GRADE } from './delay-grades.ts'

const at = z.iso.datetime().meta({ description: 'Start of the window, UTC, closed on the left' })
const count = z.number().int().nonnegative()
const maybe = z.number().nullable()

/** The measures every gold table has. A measure no reading carried is null, not 0. */
const measures = {
  readings: count.meta({ description: 'Valid readings, each counted once' }),
  sensors: count.meta({ description: 'Distinct sensors' }),
  vehicles: count.nullable().meta({ unit: 'veh' }),
  mean_speed_kmh: maybe.meta({ unit: 'km/h', description: 'Time-mean speed, weighted by vehicles' }),
  space_mean_speed_kmh: maybe.meta({
    unit: 'km/h',
    description: 'Space-mean (harmonic) speed, weighted by vehicles',
  }),
  mean_occupancy: maybe.meta({ description: '0–1' }),
  max_occupancy: maybe.meta({ description: '0–1' }),
  mean_wait_s: maybe.meta({ unit: 's' }),
  max_queue_veh: count.nullable().meta({ unit: 'veh' }),
  vehicles_car: count.nullable(),
  vehicles_truck: count.nullable(),
  vehicles_motorcycle: count.nullable(),
  vehicles_bus: count.nullable(),
  completeness: maybe.meta({
    description: 'Readings got / expected from the known sensors over the whole window',
  }),
}

export const DelayGrade = z.enum([...DELAY_GRADES.map(([grade]) => grade), WORST_DELAY_GRADE])
export type DelayGrade = z.infer<typeof DelayGrade>

export const HourlySummary = z.strictObject({ window_start: at, district: z.string(), ...measures })
export type HourlySummary = z.infer<typeof HourlySummary>

export const IntersectionMetrics = z.strictObject({
  window_start: at,
  intersection_id: z.string(),
  district: z.string(),
  ...measures,
  estimated_delay_grade: DelayGrade.nullable().meta({
    description: `HCM's control-delay thresholds (${DELAY_GRADES.map(([, upperEndS]) => upperEndS).join('/')} s) applied to the mean wait: an estimate, because wait is not control delay`,
  }),
  source: z.enum(['loop', 'camera']).meta({
    description:
      'Who counted: the loops, or (cameras.standIn) a camera in a window in which no loop of the intersection reported; its readings are observations, its sensors cameras, its completeness the share of the window it counted',
  }),
})
export type IntersectionMetrics = z.infer<typeof IntersectionMetrics>

export const DistrictAnalytics = z.strictObject({
  window_start: at,
  district: z.string(),
  ...measures,
  free_flow_speed_kmh: z.number().meta({
    unit: 'km/h',
    description: "85th percentile of the last three nights' speeds, else the configured one",
  }),
  speed_index: maybe.meta({ description: 'Space-mean speed / free-flow speed' }),
  share_sites_ef: maybe.meta({ description: 'Share of sites at estimated delay grade E or F, 0–1' }),
  idle_veh_h: maybe.meta({ unit: 'veh·h', description: 'Queue × reading interval' }),
})
export type DistrictAnalytics = z.infer<typeof DistrictAnalytics>

/** Why two things get in each other's way. */
export const CONFLICTS = [
  'works_beside_works',
  'detour_through_works',
  'detour_through_closed_roads',
  'lanes_taken_where_people_come',
  'two_crowds',
  'both_close_roads',
] as const

export const Conflict = z.strictObject({
  kind: z.enum(['work_zone', 'event']),
  id: z.string(),
  name: z.string().nullable(),
  other_kind: z.enum(['work_zone', 'event']),
  other_id: z.string(),
  other: z.string().nullable(),
  starts_at: z.iso
    .datetime()
    .meta({ description: 'When both are there; of an event from when its doors open' }),
  ends_at: z.iso.datetime(),
  distance_m: maybe.meta({ unit: 'm', description: 'Up to 50 m too large where ways cross' }),
  is_near: z.boolean().meta({ description: 'Nearer than 150 m' }),
  same_road: z.boolean().meta({ description: 'On a road of the same name, at any distance' }),
  why: z.enum(CONFLICTS).nullable().meta({ description: 'Null where neither takes room from the other' }),
})
export type Conflict = z.infer<typeof Conflict>

/** What is compared between days: a narrow row, so that weeks of them are light. */
export const DistrictQuarter = z.strictObject({
  window_start: at,
  district: z.string(),
  readings: measures.readings,
  vehicles: measures.vehicles,
  mean_speed_kmh: measures.mean_speed_kmh,
  mean_wait_s: measures.mean_wait_s,
})
export type DistrictQuarter = z.infer<typeof DistrictQuarter>
