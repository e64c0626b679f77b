import { z } from 'zod'

const count = z.number().int().nonnegative()
const day = z.iso.date().meta({ description: 'A local day of the city' })

/** As `gold.city_weather` calls an hour. */
const weather = z.enum(['dry', 'rain', 'heavy_rain', 'snow', 'heavy_snow', 'fog'])

/** What the incident record says of a choice of incidents. Re-posts and withdrawn reports count nowhere. */
export const IncidentOverview = z.strictObject({
  total: count.meta({ description: 'Incidents, each once' }),
  first_day: day.nullable(),
  last_day: day.nullable(),
  days_with_data: count.meta({
    description: 'Local days from the first to the last on which the record has any incident at all',
  }),
  days_without_data: count.meta({
    description: 'The others: gaps of the record, not days without incidents',
  }),
  repaired: count.meta({ description: 'Incidents whose times were repaired' }),
  days: z
    .array(z.strictObject({ day, incidents: count.nullable() }))
    .meta({ description: 'Every day in order; null where the record has a gap' }),
  hours: z
    .array(z.strictObject({ weekday: z.int().min(1).max(7), hour: z.int().min(0).max(23), incidents: count }))
    .meta({
      description: 'By local weekday (1 Monday … 7 Sunday) and hour; those without incidents are left out',
    }),
  types: z.array(z.strictObject({ type: z.string(), incidents: count })),
  quadrants: z.array(z.strictObject({ quadrant: z.string().nullable(), incidents: count })),
  communities: z
    .array(z.strictObject({ community: z.string().nullable(), incidents: count }))
    .meta({ description: 'Those with most incidents first, at most 400' }),
  weather: z
    .array(z.strictObject({ weather: weather.nullable(), incidents: count }))
    .meta({ description: 'By the weather of the hour of their start; null where it is not known' }),
})
export type IncidentOverview = z.infer<typeof IncidentOverview>

/** Places of incidents, newest first, as columns of equal length. */
export const IncidentPoints = z.strictObject({
  total: count.meta({ description: 'Incidents chosen, also those that are left out here' }),
  ids: z.array(z.string()),
  started_at: z.array(z.iso.datetime()),
  types: z.array(z.string()),
  titles: z.array(z.string().nullable()),
  communities: z.array(z.string().nullable()),
  quadrants: z.array(z.string().nullable()),
  longitudes: z.array(z.number()),
  latitudes: z.array(z.number()),
  weather: z.array(weather.nullable()).meta({
    description: 'Of the hour of the start, or of its day where only that is known; null: not known',
  }),
})
export type IncidentPoints = z.infer<typeof IncidentPoints>

const text = z.string().nullable()

/** One incident with everything that is known of it. */
export const IncidentDetail = z.strictObject({
  incident_id: z.string(),
  started_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  utc_offset_min: z.int(),
  type: z.string(),
  title: text,
  description: text,
  road: text,
  cross_street: text,
  direction: text,
  lanes: z.array(z.string()),
  lanes_blocked: z.int().nullable(),
  quadrant: text,
  is_quadrant_doubtful: z.boolean(),
  community: text,
  signal: text,
  signal_m: z.number().nullable(),
  latitude: z.number(),
  longitude: z.number(),
  repaired: z.boolean(),
  original_started_at: text,
  is_repost: z.boolean(),
  repost_of: text,
  withdrawn: z.boolean(),
  weather: weather.nullable().meta({ description: 'Null where it is not known' }),
  weather_known_by: z
    .enum(['hour', 'day'])
    .nullable()
    .meta({ description: 'day: only what fell on the whole day is known' }),
  versions: z
    .array(
      z.strictObject({
        version: z.int(),
        updated_at: z.iso.datetime(),
        reported_as: z.string(),
        changed: z.array(z.string()),
        title: text,
        description: text,
        quadrant: text,
        withdrawn: z.boolean(),
      }),
    )
    .meta({ description: 'What changed when, oldest first' }),
  links: z
    .array(
      z.strictObject({
        incident_id: z.string(),
        linked_to: z.string(),
        kind: z.string(),
        distance_m: z.number(),
        evidence: z.string(),
        undone: z.boolean(),
      }),
    )
    .meta({ description: 'Reports that were taken for the same, and why' }),
})
export type IncidentDetail = z.infer<typeof IncidentDetail>

/** What delivered rows became of the incident record: each is new, updated, unchanged or quarantined. */
export const RecordOutcome = z.strictObject({
  new: count.meta({ description: 'Incidents that nothing was known of before' }),
  updated: count.meta({ description: 'Told something more, or something else, of a known incident' }),
  unchanged: count.meta({ description: 'Told what was known already' }),
  quarantined: count,
  reasons: z
    .array(z.strictObject({ reasons: z.array(z.string()), lines: count }))
    .meta({ description: 'The quarantined rows by their reasons; the lines add up to quarantined' }),
  linked: count.meta({ description: 'Of the new ones, re-posts and updates of the event of another' }),
  joined: count.meta({
    description: 'Of all, rows without an id that were found to be a report that has one',
  }),
})
export type RecordOutcome = z.infer<typeof RecordOutcome>
