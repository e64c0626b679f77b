import { offsetMinutesAt, zoneOffsets, zoneTransitions } from '../../core/time/index.ts'

/** Years whose local days gold.calendar knows. */
const FIRST_YEAR = 2000
const END_YEAR = 2100

/** What is needed of the engine. */
export interface ClockWriter {
  exec(
    sql: string,
    options: { readonly session: 'load'; readonly params: Readonly<Record<string, unknown>> },
  ): Promise<unknown>
}

/** Since when the clocks of a zone show which offset from UTC, from the year 2000 to 2100. */
export function clockOf(zoneName: string): { readonly sinceMs: number; readonly offsetS: number }[] {
  const zone = zoneOffsets(zoneName)
  const fromMs = Date.UTC(FIRST_YEAR, 0, 1)
  const changes = zoneTransitions(zone, fromMs + 1, Date.UTC(END_YEAR, 0, 1))
  return [
    { sinceMs: fromMs, offsetS: offsetMinutesAt(zone, fromMs) * 60 },
    ...changes.map(({ atMs, afterMinutes }) => ({ sinceMs: atMs, offsetS: afterMinutes * 60 })),
  ]
}

/** Writes the city's clock into lake.city_clock; may be repeated. The last one written counts. */
export async function writeCityClock(engine: ClockWriter, zone: string, nowMs: number): Promise<void> {
  const clock = clockOf(zone)
  await engine.exec(
    `INSERT INTO lake.city_clock (since, offset_s, version)
     SELECT fromUnixTimestamp64Milli(c.1, 'UTC'), c.2, {version:UInt64}
     FROM (SELECT arrayJoin(arrayZip({since:Array(Int64)}, {offset:Array(Int32)})) AS c)`,
    {
      session: 'load',
      params: {
        version: nowMs,
        since: clock.map(({ sinceMs }) => sinceMs),
        offset: clock.map(({ offsetS }) => offsetS),
      },
    },
  )
}
