import { describe, expect, it } from 'vitest'
import {
  weatherJob,
  type WeatherGiven,
} from '../../../../../src/app/incidents/analysis/compare/weather-job.ts'
import { DAY_MS, HOUR_MS } from '../../../../../src/core/time/spans.ts'
import { WEATHER_WORDS, type Moments } from '../../../../../src/lake/read/incident-record/index.ts'
import { IncidentWeatherRates } from '../../../../../src/serve/contract/index.ts'

const FIRST_MS = Date.parse('2018-01-01')
const DAYS = 56
const code = (word: (typeof WEATHER_WORDS)[number]) => WEATHER_WORDS.indexOf(word)

function momentsOf(startedAtMs: number[]): Moments {
  const each = <T>(value: T) => startedAtMs.map(() => value)
  return {
    ...{ startedAtMs, utcOffsetMin: each(0), latitudes: each(51), longitudes: each(-114) },
    ...{ types: each('stalled'), communities: each(null), titles: each(null) },
  }
}

/** Every other week snows, and has three incidents a day where the dry weeks have two. */
const isSnow = (day: number) => Math.floor(day / 7) % 2 === 1
const record = momentsOf(
  Array.from({ length: DAYS }, (_, day) =>
    Array.from({ length: isSnow(day) ? 3 : 2 }, (_, i) => FIRST_MS + day * DAY_MS + (8 + i) * HOUR_MS),
  ).flat(),
)

function given(more: Partial<WeatherGiven> = {}): WeatherGiven {
  const codes = Uint8Array.from({ length: DAYS * 24 }, (_, hour) =>
    hour < 10 * 24 ? 0 : code(isSnow(Math.floor(hour / 24)) ? 'snow' : 'dry'),
  )
  return {
    ...{ record, now: record, chosen: { fromDay: null, toDay: null } },
    ...{ hours: { weekdays: [], hourFrom: 0, hourTo: 23 }, cityZone: 'UTC' },
    weather: {
      firstHour: FIRST_MS / HOUR_MS,
      codes,
      isOfDay: new Uint8Array(codes.length).fill(1),
      digest: '',
    },
    ...more,
  }
}

describe('the comparison of weathers', () => {
  it('compares days of one month and weekday, and says what it left out', () => {
    const found = weatherJob(given())
    expect(IncidentWeatherRates.parse({ state: 'ready', result: found })).toBeTruthy()
    expect(found.compared).toHaveLength(1)
    const [days] = found.compared
    expect(days).toMatchObject({ known_by: 'day', scatter: 1 })
    expect(days?.rates[0]).toMatchObject({ weather: 'snow', ratio: { value: 1.5 } })
    expect(days!.reference_hours + days!.rates[0]!.hours).toBe((DAYS - 10 - 1) * 24)
    expect(found.not_covered.hours).toBe(48)
    expect(found.weather_unknown.hours).toBe(9 * 24)
  })

  it('counts only the hours that are chosen, of time as of incidents', () => {
    const isMeant = (ms: number) => new Date(ms).getUTCHours() === 8
    const now = momentsOf(record.startedAtMs.filter(isMeant))
    const [days] = weatherJob(given({ now, hours: { weekdays: [], hourFrom: 8, hourTo: 8 } })).compared
    expect(days?.rates[0]?.ratio?.value).toBeCloseTo(1, 6)
    expect(days!.reference_hours + days!.rates[0]!.hours).toBe(DAYS - 10 - 1)
  })

  it('compares nothing where no weather is known', () => {
    const weather = { firstHour: 0, codes: new Uint8Array(), isOfDay: new Uint8Array(), digest: '' }
    expect(weatherJob(given({ weather })).compared).toEqual([])
  })
})
