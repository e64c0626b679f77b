import { z } from 'zod'
import { StepRun } from '../intake/jobs.ts'
import { Problem } from '../status.ts'

const count = z.number().int().nonnegative()
const measure = (unit: string, description: string) =>
  z
    .number()
    .nullable()
    .meta({ unit, description: `${description}; null where no reading carried one` })

/** What a day was, written once and kept. Figures of the day are of the lake when it was written; the rest is how things were then. */
export const DayReport = z.strictObject({
  day: z.iso.date().meta({ description: 'Of the city' }),
  city: z.string(),
  time_zone: z.string(),
  from: z.iso.datetime().meta({ description: 'Begin of the day' }),
  to: z.iso.datetime().meta({ description: 'Its end, exclusive' }),
  made_at: z.iso.datetime(),
  version: z.string().meta({ description: 'Of the program that wrote it' }),
  readings: z.strictObject({
    valid: count.meta({ description: 'Measured in the hours (UTC) that began on that day' }),
    vehicles: count,
    mean_speed_kmh: measure('km/h', 'Mean by vehicles'),
    first_hour: z.iso.datetime().nullable().meta({ description: 'First hour with a reading' }),
    last_hour: z.iso.datetime().nullable(),
    hours: count.meta({ description: 'Hours with a reading' }),
  }),
  quarantine: z.array(
    z.strictObject({
      stream: z.string(),
      reason: z.string(),
      lines: count.meta({ description: 'That arrived on that day; a line may break several rules' }),
    }),
  ),
  incidents: z
    .array(z.strictObject({ type: z.string(), incidents: count }))
    .meta({ description: 'Of the incident record, by type' }),
  districts: z.array(
    z.strictObject({
      district: z.string(),
      readings: count,
      sensors: count.meta({ description: 'Different ones that reported' }),
      vehicles: count,
      mean_speed_kmh: measure('km/h', 'Mean by vehicles'),
      mean_wait_s: measure('s', 'Mean of the readings'),
      max_queue_veh: measure('veh', 'Longest queue'),
      completeness: measure('1', 'Readings of those that today’s register would expect of the day'),
    }),
  ),
  lag: z
    .strictObject({
      backlog_records: count.meta({ description: 'Not yet loaded' }),
      freshness_p95_ms: z.number().nullable(),
      tables_lag_s: z
        .number()
        .nullable()
        .meta({ unit: 's', description: 'Of open tables; null where nothing is published' }),
    })
    .meta({ description: 'When it was written' }),
  problems: z.array(Problem).meta({ description: 'When it was written' }),
  steps: z.array(StepRun).meta({ description: 'Of the run that wrote it, as they were then' }),
})
export type DayReport = z.infer<typeof DayReport>

/** A report that is there. */
export const ReportEntry = z.strictObject({
  day: z.iso.date(),
  href: z.string().meta({ description: 'The report as JSON; with /markdown behind it, for people' }),
})
export type ReportEntry = z.infer<typeof ReportEntry>
