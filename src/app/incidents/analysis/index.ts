import type { Config } from '../../../core/config/index.ts'
import { offsetMsAt, standardOffsetMs, zoneOffsets } from '../../../core/time/index.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/time/spans.ts'
import type { PlaceContext } from '../../../insight/incidents/index.ts'
import type { IncidentChoice, MomentReader, Moments } from '../../../lake/read/incident-record/index.ts'
import type { IncidentAnalyst } from '../../../serve/incident-record/analysis.ts'
import type { HostedRecord } from '../record.ts'
import type { ShutdownSteps } from '../../shutdown-steps.ts'
import { inThread } from './in-thread.ts'
import type { Jobs } from './jobs.ts'
import type { HolidayPlace } from './holidays.ts'
import { KeptAnswers } from './kept-answers.ts'
import { dayOf, dayText } from './moments.ts'
import { outlinesOf } from './outlines.ts'
import { recordVersion } from './record-version.ts'
import { spanBefore, type ChosenDays } from './periods.ts'
import type { ChosenHours } from './compare/weather-job.ts'

export interface AnalystDeps {
  readonly reader: MomentReader
  /** Communities; and signals: where an incident could have been though none was. */
  readonly places: PlaceContext
  readonly cityZone: string
  readonly holidays: HolidayPlace
  readonly now: () => number
  /** Another number whenever any of the record was made anew. */
  readonly made: () => number
}

/** What of the city the analyst knows. */
export function analystOf(
  { city, calendar }: Pick<Config, 'city' | 'calendar'>,
  { places, version }: Pick<HostedRecord, 'places' | 'version'>,
): Omit<AnalystDeps, 'reader'> {
  return { places, cityZone: city.timeZone, holidays: calendar, now: Date.now, made: version }
}

const KEPT = { most: 48, mostWaiting: 6, patienceMs: 400 }

/** Analyses of the incident record: worked on off the main thread, once for each choice and state of the record. */
export function incidentAnalyst(deps: AnalystDeps, undo: ShutdownSteps): IncidentAnalyst {
  const { reader, places } = deps
  const answers = new KeptAnswers(KEPT)
  const stop = new AbortController()
  const { signal } = stop
  undo.push(() => {
    stop.abort()
    return Promise.resolve()
  })
  let whole: { readonly version: string; readonly record: Promise<Moments> } | null = null
  const versionNow = recordVersion({
    ...{ read: () => reader.version(signal), made: deps.made },
    now: () => performance.now(),
  })
  const recordOf = (version: string) => {
    if (whole?.version !== version) {
      const record = reader.moments({}, signal)
      whole = { version, record }
      record.catch(() => (whole = null))
    }
    return whole.record
  }
  const ask = async <N extends keyof Jobs>(
    name: N,
    about: object,
    givenOf: (record: Moments) => Parameters<Jobs[N]>[0] | Promise<Parameters<Jobs[N]>[0]>,
  ) => {
    const version = await versionNow()
    return answers.ask(`${version} ${name} ${JSON.stringify(about)}`, async () =>
      inThread(name, await givenOf(await recordOf(version)), signal),
    )
  }
  const compared = async (choice: IncidentChoice, record: Moments) => ({
    ...{ record, chosen: daysOf(choice), now: await reader.moments(choice, signal) },
    before: await momentsBefore(reader, choice, record, signal),
  })
  const riskOf = (record: Moments) => ({
    ...{ record, cityZone: deps.cityZone, holidayPlace: deps.holidays },
    communities: places.communities.map(({ name }) => name),
  })
  const outlines = outlinesOf(places.communities)
  return {
    outlines: () => outlines,
    risk: () => {
      const now = localNow(deps)
      return ask('risk', now, record => ({ ...riskOf(record), now }))
    },
    riskQuality: () => ask('riskQuality', {}, riskOf),
    hotspots: choice =>
      ask('hotspots', choice, async record => ({
        ...(await compared(choice, record)),
        signals: places.signals,
      })),
    clusters: choice => ask('clusters', choice, record => compared(choice, record)),
    rates: choice =>
      ask('rates', { choice, time: Math.floor(deps.now() / COUNTS_KEPT_MS) }, async record => ({
        ...(await compared(choice, record)),
        ...(await countedDays(deps, choice, record, signal)),
      })),
    beforeAfter: (choice, asked) =>
      ask('beforeAfter', { choice, asked }, async record => ({
        ...{ record, asked, signals: places.signals, now: await reader.moments(choice, signal) },
      })),
    works: async (choice, asked) => {
      const active = await reader.activePlaces(deps.now(), signal)
      const about = { choice, asked, active: active.map(({ id, startMs, endMs }) => [id, startMs, endMs]) }
      return ask('works', about, async record => ({
        ...{ record, asked, places: active, cityZone: deps.cityZone },
        now: await reader.moments(choice, signal),
      }))
    },
    weatherRates: async choice => {
      const weather = await reader.weather()
      const any = { ...choice, weather: undefined }
      return ask('weatherRates', { any, weather: weather.digest }, async record => ({
        ...{ record, weather, cityZone: deps.cityZone, chosen: daysOf(choice) },
        hours: hoursOf(choice),
        now: await reader.moments(any, signal),
      }))
    },
    trend: choice =>
      ask('trend', choice, async record => ({
        ...{ record, chosen: daysOf(choice), now: await reader.moments(choice, signal) },
      })),
  }
}

/** Traffic is counted all the time: what was made of it is looked at again so soon. */
const COUNTS_KEPT_MS = 5 * MINUTE_MS
const FIRST_DAY = dayOf('0001-01-01')

/** The same choice of as many days just before; null where there are none. */
async function momentsBefore(
  reader: MomentReader,
  choice: IncidentChoice,
  record: Moments,
  signal: AbortSignal,
): Promise<Moments | null> {
  const span = spanBefore(daysOf(choice), lastDayOf(record))
  // No text names a day before the first year, and no record has one.
  if (span === null || span.toDay < FIRST_DAY) return null
  const from = dayText(Math.max(span.fromDay, FIRST_DAY))
  return reader.moments({ ...choice, from, to: dayText(span.toDay + 1) }, signal)
}

/** Traffic of the chosen days and of those before, as far as the record reaches. */
async function countedDays(
  { reader, cityZone }: Pick<AnalystDeps, 'reader' | 'cityZone'>,
  choice: IncidentChoice,
  record: Moments,
  signal: AbortSignal,
) {
  const chosen = daysOf(choice)
  const [firstDay, lastDay] = [firstDayOf(record), lastDayOf(record)]
  const fromDay = Math.max(spanBefore(chosen, lastDay)?.fromDay ?? chosen.fromDay ?? firstDay, firstDay)
  const toDay = Math.min(chosen.toDay ?? lastDay, lastDay)
  const offsetMs = standardOffsetMs(zoneOffsets(cityZone), record.startedAtMs.at(-1) ?? 0)
  const counted = await reader.siteDays({ fromDay, toDay, offsetS: offsetMs / 1000 }, signal)
  return { counted, offsetMs }
}

function daysOf({ from, to }: IncidentChoice): ChosenDays {
  return { fromDay: from === undefined ? null : dayOf(from), toDay: to === undefined ? null : dayOf(to) - 1 }
}

function hoursOf({ weekdays = [], hourFrom = 0, hourTo = 23 }: IncidentChoice): ChosenHours {
  return { weekdays, hourFrom, hourTo }
}

function firstDayOf(record: Moments): number {
  return localDay(record.startedAtMs[0], record.utcOffsetMin[0])
}

function lastDayOf(record: Moments): number {
  return localDay(record.startedAtMs.at(-1), record.utcOffsetMin.at(-1))
}

function localDay(ms = 0, offsetMin = 0): number {
  return Math.floor((ms + offsetMin * 60_000) / DAY_MS)
}

/** The city's day and hour. */
function localNow({ now, cityZone }: AnalystDeps): { day: number; hour: number } {
  const localMs = now() + offsetMsAt(zoneOffsets(cityZone), now())
  return { day: Math.floor(localMs / DAY_MS), hour: Math.floor((localMs % DAY_MS) / HOUR_MS) }
}
