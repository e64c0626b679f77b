import { setTimeout as wait } from 'node:timers/promises'
import type { Config } from '../core/config/index.ts'
import type { LogWriter } from '../core/log.ts'
import { sinceLast } from '../core/since-last.ts'
import { offsetMsAt, zoneOffsets } from '../core/time/index.ts'
import { DAY_MS } from '../core/time/spans.ts'
import type { Engine } from '../lake/engine/index.ts'
import type { Loader } from '../lake/load/loader.ts'
import { calendarDays, unknownPlace } from '../sources/calendars/index.ts'
import type { EventLine, SchoolRange } from '../sources/calendars/index.ts'
import { schoolYears } from '../sources/simulator/index.ts'
import type { ProblemBoard } from './problems.ts'

export interface CalendarDeps {
  readonly config: Pick<Config, 'calendar' | 'city' | 'simulation'>
  readonly engine: Pick<Engine, 'query'>
  readonly log: LogWriter
  /** Position up to which the log is written. */
  readonly synced: () => number
  readonly loader: Pick<Loader, 'visible'>
  readonly problems: Pick<ProblemBoard, 'set'>
  readonly now: () => number
}

const SOURCE = 'calendar'
const HOLIDAY = 'holiday/'
const YEARS_BACK = 1
const YEARS_AHEAD = 2
const AGAIN_AFTER_FAILURE_MS = 60_000
const LOOK_MS = 200

/** Delivers the days of the calendar at the start and once a day, so that a year that begins has its next ones. */
export function startCalendarDays(deps: CalendarDeps): () => Promise<void> {
  const stop = new AbortController()
  const running = keepDelivering(deps, stop.signal)
  return async () => {
    stop.abort()
    await running
  }
}

async function keepDelivering(deps: CalendarDeps, signal: AbortSignal): Promise<void> {
  const isOver = () => signal.aborted
  const sleep = (ms: number) => wait(ms, undefined, { signal, ref: false }).catch(() => {})
  while (!isOver()) {
    try {
      // What a log still holds back would be taken for missing.
      const target = deps.synced()
      while (deps.loader.visible < target && !isOver()) await sleep(LOOK_MS)
      if (isOver()) return
      deps.problems.set('calendar', await deliverCalendarDays(deps))
      await sleep(DAY_MS)
    } catch (error) {
      if (isOver()) return
      const why = error instanceof Error ? error.message : String(error)
      deps.problems.set('calendar', `The days of the calendar could not be delivered: ${why}`)
      await sleep(AGAIN_AFTER_FAILURE_MS)
    }
  }
}

/**
 * Holidays of the last year to the one after next, school terms and breaks, into the log: what the lake has not, or has
 * otherwise. Days that the settings no longer name are withdrawn; what somebody else changed or deleted stays theirs.
 * @returns what of the settings is not known, in words
 */
export async function deliverCalendarDays({
  config,
  engine,
  log,
  now,
}: Pick<CalendarDeps, 'config' | 'engine' | 'log' | 'now'>): Promise<string | null> {
  const { country, state, region } = config.calendar
  const cityZone = config.city.timeZone
  const nowMs = now()
  const year = new Date(nowMs + offsetMsAt(zoneOffsets(cityZone), nowMs)).getUTCFullYear()
  const [fromYear, toYear] = [year - YEARS_BACK, year + YEARS_AHEAD]
  const { schoolTerms, schoolBreaks } = schoolOf(config, fromYear, toYear)
  const place = {
    country: country ?? '',
    ...(state === null ? {} : { state }),
    ...(region === null ? {} : { region }),
  }
  const isNothing = country === null && schoolTerms.length === 0 && schoolBreaks.length === 0
  const days = isNothing
    ? []
    : await calendarDays({ ...place, cityZone, fromYear, toYear, schoolTerms, schoolBreaks })

  const known = await knownDays(engine)
  const ours = known.filter(({ isOurs }) => isOurs).map(({ line }) => line)
  const theirs = new Set(known.filter(({ isOurs }) => !isOurs).map(({ line }) => line.event_id))
  const { lines } = sinceLast(
    days.filter(({ event_id }) => !theirs.has(event_id)),
    ours,
    {
      idOf: ({ event_id }) => event_id,
      // Terms that were and holidays of years before these are true for ever.
      isOver: ({ event_id, ends_at }) =>
        event_id.startsWith(HOLIDAY)
          ? Number(event_id.slice(HOLIDAY.length, HOLIDAY.length + 4)) < fromYear
          : Date.parse(ends_at) < nowMs,
      withdrawMissing: true,
      nowMs,
    },
  )
  if (lines.length > 0) {
    await log.append({
      kind: 'events',
      source: SOURCE,
      arrivedAtMs: nowMs,
      intervalS: null,
      lines: Buffer.from(lines.map(line => `${JSON.stringify(line)}\n`).join('')),
      count: lines.length,
    })
  }
  const unknown = country === null ? null : await unknownPlace(place)
  return unknown === null ? null : `Settings of the calendar: ${unknown}.`
}

interface School {
  readonly schoolTerms: readonly SchoolRange[]
  readonly schoolBreaks: readonly SchoolRange[]
}

/** Of the settings; a simulated city whose settings say nothing has the year by which its classes are held. */
function schoolOf(
  { calendar: { schoolTerms, schoolBreaks }, city, simulation }: CalendarDeps['config'],
  fromYear: number,
  toYear: number,
): School {
  if (simulation.mode !== 'profile' || schoolTerms.length > 0) return { schoolTerms, schoolBreaks }
  const { terms, breaks } = schoolYears(fromYear, toYear, city.latitude)
  return { schoolTerms: terms, schoolBreaks: [...breaks, ...schoolBreaks] }
}

interface KnownDay {
  readonly isOurs: boolean
  readonly line: EventLine
}

interface DayRow extends Pick<EventLine, 'event_id' | 'kind' | 'title' | 'status'> {
  readonly source: string
  readonly updated_ms: string | number
  readonly starts_ms: string | number
  readonly ends_ms: string | number
  readonly withdrawn: boolean
}

/** The newest version of each day that the lake holds. */
async function knownDays(engine: Pick<Engine, 'query'>): Promise<KnownDay[]> {
  const rows = await engine.query<DayRow>(
    `SELECT e.event_id AS event_id, e.kind AS kind, e.title AS title, e.status AS status, e.source AS source,
        toUnixTimestamp64Milli(e.updated_at) AS updated_ms, toUnixTimestamp64Milli(e.starts_at) AS starts_ms,
        toUnixTimestamp64Milli(e.ends_at) AS ends_ms, ifNull(e.withdrawn, false) AS withdrawn
     FROM silver.events_versions AS e
     WHERE match(e.event_id, '^(holiday|school-term|school-break)/')
     ORDER BY e.updated_at DESC, e.position LIMIT 1 BY e.event_id`,
    { session: 'load' },
  )
  const instant = (ms: string | number) => new Date(Number(ms)).toISOString()
  return rows.map(row => ({
    isOurs: row.source === SOURCE,
    line: {
      event_id: row.event_id,
      updated_at: instant(row.updated_ms),
      kind: row.kind,
      title: row.title,
      status: row.status,
      starts_at: instant(row.starts_ms),
      ends_at: instant(row.ends_ms),
      ...(row.withdrawn ? { withdrawn: true as const } : {}),
    },
  }))
}
