import { z } from 'zod'
import { DelayGrade, DistrictAnalytics } from './gold.ts'
import { SignalState } from './silver.ts'
import { Status } from './status.ts'

const maybe = z.number().nullable()

/** One site now: its last five minutes up to its newest reading. */
export const LiveSite = z.strictObject({
  id: z.string(),
  at: z.number().meta({ unit: 'ms', description: 'measured_at of its newest reading, ms since 1970 UTC' }),
  vehicles: maybe.meta({ unit: 'veh', description: 'Sum over the last 5 min' }),
  speedKmh: maybe,
  waitS: maybe,
  queueVeh: maybe,
  occupancy: maybe,
  grade: DelayGrade.nullable(),
  signal: SignalState.nullable(),
})
export type LiveSite = z.infer<typeof LiveSite>

/** Key figures of the city now, over the last five minutes. */
export const LiveCity = z.strictObject({
  at: z.number().nullable(),
  vehicles: maybe,
  meanSpeedKmh: maybe,
  readingsPerMin: z.number(),
  sitesReporting: z.number().int(),
  sitesKnown: z.number().int(),
})
export type LiveCity = z.infer<typeof LiveCity>

/**
 * Server-sent events of GET /v1/live. `event: snapshot` comes first and whenever a client was too slow; `event: change`
 * each second with only the sites that changed. Both carry an `id:` for Last-Event-ID.
 */
export const LiveSnapshot = z.strictObject({
  sites: z.array(LiveSite),
  city: LiveCity,
  districts: z.array(DistrictAnalytics).meta({ description: 'Last finished 15 minutes of each district' }),
  status: Status,
})
export type LiveSnapshot = z.infer<typeof LiveSnapshot>

export const LiveChange = z.strictObject({
  sites: z.array(LiveSite),
  city: LiveCity,
  districts: z.array(DistrictAnalytics).optional(),
  status: Status,
})
export type LiveChange = z.infer<typeof LiveChange>
