import { z } from 'zod'

const count = z.number().int().nonnegative()
const day = z.iso.date().meta({ description: 'A local day of the city' })
const estimate = z
  .strictObject({
    value: z.number().nullable(),
    low: z.number(),
    high: z.number().nullable(),
  })
  .meta({ description: 'With its 95 % interval; null is without end' })

/** An analysis takes a while, and is made once for each choice and state of the record. */
const analysis = <T extends z.ZodType>(result: T) =>
  z.strictObject({
    state: z.enum(['ready', 'computing']),
    result: result.nullable().meta({ description: 'Null while it is computed: ask again' }),
  })

const period = z.strictObject({
  from: day,
  to: day.meta({ description: 'The last day that is meant' }),
  covered_days: count.meta({ description: 'Days of it on which the record has anything' }),
  incidents: count,
})

/** What was looked at, and what it is compared with. */
const periods = {
  period: period.nullable().meta({ description: 'Null where the record has none of the days' }),
  before: period.nullable().meta({
    description:
      'As many days just before it, up to the end of the record; null where there is none to compare with',
  }),
  why_no_before: z.enum(['no_range', 'not_recorded']).nullable().meta({
    description:
      'no_range: no first day was chosen. not_recorded: the record covers less than half of the days before, or none of the chosen ones',
  }),
}
const course = z.enum(['emerging', 'persistent', 'fading']).nullable()
const reported = {
  title: z.string().nullable().meta({ description: 'What its reports say most often' }),
  community: z.string().nullable().meta({ description: 'Where most of them are' }),
}
const outline = z.array(z.tuple([z.number(), z.number()])).meta({ description: 'Longitude and latitude' })

/** Places where incidents lie together beyond chance. */
export const IncidentHotspots = analysis(
  z.strictObject({
    ...periods,
    resolution: z.int().meta({ description: 'Of the H3 cells' }),
    cell_km2: z.number().nonnegative(),
    cells_judged: count,
    permutations: count,
    false_share: z
      .number()
      .meta({ description: 'Share of the called cells that may be called so by chance alone' }),
    cells: z
      .array(
        z.strictObject({
          cell: z.string().meta({ description: 'H3 index' }),
          outline,
          incidents: count,
          incidents_before: count.nullable(),
          kind: z.enum(['hot', 'cold', 'usual']),
          z: z.number().nullable().meta({ description: 'Gi*, standard deviations' }),
          q: z.number().min(0).max(1),
          course: course.meta({ description: 'Hot now only, hot in both periods, no longer hot' }),
          ratio: estimate.nullable().meta({ description: 'Rate a covered day, now over before' }),
          ...reported,
        }),
      )
      .meta({ description: 'The hottest first; cells without incidents that are as usual are left out' }),
  }),
)
export type IncidentHotspots = z.infer<typeof IncidentHotspots>

/** Places where incidents lie close together. */
export const IncidentClusters = analysis(
  z.strictObject({
    ...periods,
    within_m: z.number().meta({ unit: 'm', description: 'Incidents at most so far apart are neighbours' }),
    at_least: count.meta({
      description:
        'An incident with so many around it, itself among them, is the core of a cluster: one in 30 covered days, five at least',
    }),
    at_least_before: count.nullable().meta({ description: 'The same for the days before' }),
    in_none: count.meta({ description: 'Incidents of the period that are in no cluster' }),
    clusters: z
      .array(
        z.strictObject({
          id: z.string().meta({ description: 'Its middle' }),
          latitude: z.number(),
          longitude: z.number(),
          outline,
          incidents: count.meta({ description: 'Within reach of its members of either period' }),
          incidents_before: count.nullable(),
          course: course.meta({ description: 'A cluster now only, in both periods, no longer one' }),
          ratio: estimate.nullable().meta({
            description:
              'Rate a covered day, now over before. A place was partly chosen for a bad spell: some of its change is regression to the mean',
          }),
          ...reported,
        }),
      )
      .meta({ description: 'Those with most incidents first, what faded last' }),
  }),
)
export type IncidentClusters = z.infer<typeof IncidentClusters>

/** Incidents by the traffic that was counted beside them. */
export const IncidentRates = analysis(
  z.strictObject({
    ...periods,
    within_m: z.number().meta({
      unit: 'm',
      description: 'An incident so near a site is of its traffic, if no other is nearer',
    }),
    false_share: z.number().meta({ description: 'Share of the high ones that may be called so by chance' }),
    vehicles: count.meta({ description: 'Counted at all sites, on days with at least 80 % of the readings' }),
    per_million: z
      .number()
      .nullable()
      .meta({ description: 'Incidents a million vehicles, all sites together' }),
    incidents_counted: count.meta({ description: 'At a site, on a day on which it counted' }),
    incidents_at_no_site: count.meta({ description: 'Left out: near no site' }),
    incidents_uncounted: count.meta({ description: 'Left out: at a site that did not count on that day' }),
    sites_counted: count,
    sites_uncounted: count.meta({ description: 'Left out: no day with counts' }),
    sites: z
      .array(
        z.strictObject({
          site: z.string(),
          name: z.string().nullable(),
          latitude: z.number(),
          longitude: z.number(),
          ...reported,
          incidents: count,
          vehicles: count,
          per_million: estimate.meta({ description: 'Incidents a million vehicles' }),
          times_usual: z.number().nullable().meta({ description: 'Over the rate of all sites together' }),
          q: z.number().min(0).max(1),
          is_high: z.boolean().meta({ description: 'More than chance would make at the rate of all' }),
          course: course.meta({ description: 'High now only, in both periods, no longer high' }),
          incidents_before: count.nullable().meta({ description: 'Null where it was not counted before' }),
          vehicles_before: count.nullable(),
          ratio: estimate.nullable().meta({ description: 'Rate a vehicle, now over before' }),
        }),
      )
      .meta({ description: 'The most surprising first' }),
  }),
)
export type IncidentRates = z.infer<typeof IncidentRates>

/** The incidents a day, taken apart into trend and week. */
export const IncidentTrend = analysis(
  z.strictObject({
    is_too_short: z.boolean().meta({ description: 'Fewer than eight weeks that are covered in full' }),
    first_day: day.nullable(),
    trend: z
      .array(z.number().nullable())
      .meta({ description: 'One a day; null where the day is not covered' }),
    by_weekday: z
      .array(z.number())
      .meta({ description: 'What each weekday adds to the trend lately, Monday first' }),
    changes: z
      .array(
        z.strictObject({
          day,
          before_per_day: z.number(),
          after_per_day: z.number(),
          ratio: estimate,
          silent_days_before: count,
          is_of_recording: z.boolean().meta({
            description:
              'The make-up by type changed within a month of it: rather the way of recording than the traffic',
          }),
        }),
      )
      .meta({ description: 'Days from which on the level is another one' }),
  }),
)
export type IncidentTrend = z.infer<typeof IncidentTrend>

const left = z.strictObject({ hours: count, incidents: count })

/** How many times as many incidents come in each weather as when it is dry. */
export const IncidentWeatherRates = analysis(
  z.strictObject({
    reference: z.string(),
    compared: z
      .array(
        z.strictObject({
          known_by: z.enum(['hour', 'day']).meta({
            description:
              'hour: hours that were observed. day: days of which only the sums are known; a day with snow at night is one of snow',
          }),
          units: count.meta({ description: 'Hours or days that are compared' }),
          scatter: z
            .number()
            .meta({ description: 'Variance over mean; the intervals are widened by its root' }),
          reference_incidents: count,
          reference_hours: count,
          rates: z.array(
            z.strictObject({
              weather: z.string(),
              incidents: count,
              hours: count,
              ratio: estimate.nullable().meta({
                description:
                  'Rate over that of the reference in the same month, weekday and (of hours) hour; null where they never met, or without an incident',
              }),
            }),
          ),
        }),
      )
      .meta({ description: 'Hours and days apart: rain all day is another thing than an hour of it' }),
    not_covered: left.meta({ description: 'Left out: on days that the record does not cover in full' }),
    weather_unknown: left.meta({ description: 'Left out: the weather is not known' }),
  }),
)
export type IncidentWeatherRates = z.infer<typeof IncidentWeatherRates>

const spanOfDays = z.strictObject({
  from: day,
  to: day,
  covered_days: count.meta({ description: 'Days of it on which the record has anything' }),
})

/** What a change did to a place, freed of regression to the mean. */
export const IncidentBeforeAfter = analysis(
  z.strictObject({
    before: spanOfDays,
    after: spanOfDays,
    incidents_before: count,
    incidents_after: count,
    like: z.enum(['signals', 'cells']).meta({
      description:
        'What places it is compared with: signals where it is one, else cells of 0.1 km² in which an incident could have been. Their volumes are not known',
    }),
    places: count.meta({ description: 'How many of them' }),
    why_not: z.enum(['not_recorded', 'too_few']).nullable().meta({
      description:
        'not_recorded: the record covers less than half of the days before or after. too_few: fewer than ten places like it, or none had an incident',
    }),
    effect: z
      .strictObject({
        expected_without: z.number().meta({ description: 'Incidents to expect after without the change' }),
        ratio: estimate.meta({ description: 'Of what came to what was to be expected' }),
        naive: z.number().nullable().meta({
          description:
            'After over before with the trend alone: what one would have believed without the correction',
        }),
        own_weight: z.number().meta({ description: 'How far the count before counted by itself, 0..1' }),
        usual_before: z.number().meta({ description: 'Mean of the places like it in the days before' }),
        trend: z.number().meta({ description: 'Incidents of these places after over before' }),
      })
      .nullable(),
    says: z.string(),
  }),
)
export type IncidentBeforeAfter = z.infer<typeof IncidentBeforeAfter>

/** Reports around work zones and events while they lasted, against the same hours of other weeks. */
export const IncidentWorks = analysis(
  z.strictObject({
    within_m: count,
    weeks: count,
    together: estimate.nullable().meta({ description: 'All places; null without an incident on both sides' }),
    places: z.array(
      z.strictObject({
        kind: z.enum(['work_zone', 'event']),
        id: z.string(),
        name: z.string(),
        latitude: z.number(),
        longitude: z.number(),
        starts_at: z.iso.datetime(),
        ends_at: z.iso.datetime(),
        incidents_during: count,
        hours_during: count.meta({ description: 'Covered by the record in full' }),
        incidents_matched: count,
        hours_matched: count,
        ratio: estimate.nullable().meta({ description: 'Rate during over that of the matched hours' }),
      }),
    ),
    out_of_record: count.meta({ description: 'Works and events before or after the record' }),
    says: z.string(),
  }),
)
export type IncidentWorks = z.infer<typeof IncidentWorks>

/** Incidents to expect in the next 24 hours, by community and hour, and why. */
export const IncidentRisk = analysis(
  z.strictObject({
    is_too_short: z.boolean().meta({ description: 'Fewer than 60 days in full, or no communities' }),
    is_of_now: z
      .boolean()
      .meta({ description: 'False where the record ended days ago: then of the 24 hours after its end' }),
    record_ends: day.nullable(),
    knows_weather: z.boolean().meta({ description: 'Whether the weather of the days before is in it' }),
    hours: z.array(z.strictObject({ day, hour: z.int().min(0).max(23) })).meta({ description: 'Local' }),
    by_hour: z.array(z.number().nonnegative()).meta({ description: 'Expected in the city' }),
    communities: z
      .array(
        z.strictObject({
          community: z.string(),
          expected: z.number().nonnegative().meta({ description: 'Incidents in the 24 hours' }),
          by_hour: z.array(z.number().nonnegative()),
          peak: z.int().meta({ description: 'Place in hours at which most are expected' }),
          reasons: z
            .array(z.strictObject({ factor: z.string(), times: z.number(), says: z.string() }))
            .meta({ description: 'Of that hour, the strongest first: factors that multiply' }),
        }),
      )
      .meta({ description: 'The highest risk first' }),
  }),
)
export type IncidentRisk = z.infer<typeof IncidentRisk>

/** How good the forecast of the risk was on the last year, which was held out. */
export const IncidentRiskQuality = analysis(
  z.strictObject({
    judged: z
      .strictObject({
        from: day,
        to: day,
        days: count,
        seen: count,
        expected: z.number(),
        deviance: z.number(),
        baseline_deviance: z.number().meta({
          description: 'Of the product of community, hour of the week and month, learned before the year',
        }),
      })
      .nullable()
      .meta({ description: 'Null where the record is too short to judge' }),
  }),
)
export type IncidentRiskQuality = z.infer<typeof IncidentRiskQuality>

/** Where the communities are, for a map. */
export const CommunityOutlines = z.strictObject({
  type: z.literal('FeatureCollection'),
  features: z.array(
    z.strictObject({
      type: z.literal('Feature'),
      properties: z.strictObject({ community: z.string() }),
      geometry: z.strictObject({
        type: z.literal('MultiPolygon'),
        coordinates: z.array(z.array(z.array(z.tuple([z.number(), z.number()])))),
      }),
    }),
  ),
})
export type CommunityOutlines = z.infer<typeof CommunityOutlines>
