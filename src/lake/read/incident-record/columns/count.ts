import { DAY_MS } from '../../../../core/time/spans.ts'
import type { IncidentChoice } from '../choice.ts'
import { WEATHER_WORDS, weatherCodeAt, type CityWeather } from '../city-weather.ts'
import { coveredBy, MOST_COMMUNITIES, type Overview } from '../overview.ts'
import { at, chooseOf, dayNumber, mayHave, type Choose } from './choose.ts'
import type { Dictionary } from './dictionary.ts'
import type { Dictionaries, MonthColumns } from './month.ts'

const DAYS = 2 ** 16
const HOURS = 24

/** Counts what is chosen of the record, in one walk over its rows. */
export function overviewOf(
  months: Iterable<MonthColumns>,
  dictionaries: Dictionaries,
  choice: IncidentChoice,
  weather: CityWeather,
): Overview {
  const tally = new Tally(dictionaries, weather)
  const choose = chooseOf(choice, dictionaries, weather)
  for (const month of months) if (mayHave(month, choice)) tally.add(month, choose)
  const { texts, total, repaired } = tally
  const days = daysOf(tally, choice)
  return {
    ...{ total, repaired, ...coveredBy(days), days, hours: hoursOf(tally.hours) },
    types: mostFirst(dictionaries.type.texts, texts.type).map(([type, incidents]) => ({
      type: type ?? '',
      incidents,
    })),
    quadrants: mostFirst(dictionaries.quadrant.texts, texts.quadrant).map(([quadrant, incidents]) => ({
      quadrant,
      incidents,
    })),
    communities: mostFirst(dictionaries.community.texts, texts.community)
      .slice(0, MOST_COMMUNITIES)
      .map(([community, incidents]) => ({ community, incidents })),
    weather: mostFirst(WEATHER_WORDS, tally.skies).map(([weather, incidents]) => ({ weather, incidents })),
  }
}

class Tally {
  total = 0
  repaired = 0
  /** Days on which the record has anything at all. */
  readonly known = new Uint8Array(DAYS)
  readonly days = new Uint32Array(DAYS)
  readonly hours = new Uint32Array(8 * HOURS)
  readonly texts: Readonly<Record<'type' | 'quadrant' | 'community', Uint32Array>>

  /** By code of WEATHER_WORDS. */
  readonly skies = new Uint32Array(WEATHER_WORDS.length)
  readonly #weather: CityWeather

  constructor({ type, quadrant, community }: Dictionaries, weather: CityWeather) {
    this.#weather = weather
    const counts = ({ texts }: Dictionary) => new Uint32Array(texts.length)
    this.texts = { type: counts(type), quadrant: counts(quadrant), community: counts(community) }
  }

  add(month: MonthColumns, choose: Choose): void {
    const meant = choose(month)
    for (const day of month.day) this.known[day] = 1
    const { type, quadrant, community } = this.texts
    count(this.days, month.day, meant)
    count(type, month.type, meant)
    count(quadrant, month.quadrant, meant)
    count(community, month.community, meant)
    for (let row = 0; row < month.rows; row++) {
      if (meant[row] !== 1) continue
      this.total++
      this.repaired += at(month.repaired, row)
      const cell = at(month.weekday, row) * HOURS + at(month.hour, row)
      this.hours[cell] = at(this.hours, cell) + 1
      const sky = weatherCodeAt(this.#weather, at(month.startedS, row))
      this.skies[sky] = at(this.skies, sky) + 1
    }
  }
}

function count(counts: Uint32Array, codes: Uint16Array | Uint32Array, meant: Uint8Array): void {
  for (let row = 0; row < codes.length; row++) {
    const code = at(codes, row)
    counts[code] = at(counts, code) + at(meant, row)
  }
}

/** Every day from the first known one in the range to the last; of a day that is known but has none of the chosen ones, zero. */
function daysOf({ known, days }: Tally, { from, to }: IncidentChoice): Overview['days'] {
  // A negative index would be one from the end.
  const first = known.indexOf(1, from === undefined ? 0 : Math.max(0, dayNumber(from)))
  const lastDay = to === undefined ? DAYS - 1 : dayNumber(to) - 1
  const last = lastDay < 0 ? -1 : known.lastIndexOf(1, lastDay)
  if (first === -1 || last < first) return []
  return Array.from({ length: last - first + 1 }, (_, i) => ({
    day: new Date((first + i) * DAY_MS).toISOString().slice(0, 10),
    incidents: known[first + i] === 1 ? at(days, first + i) : null,
  }))
}

function hoursOf(counts: Uint32Array): Overview['hours'] {
  return [...counts.entries()].flatMap(([at, incidents]) =>
    incidents === 0 ? [] : [{ weekday: Math.floor(at / HOURS), hour: at % HOURS, incidents }],
  )
}

function mostFirst(
  texts: readonly (string | null)[],
  counts: Uint32Array,
): (readonly [text: string | null, incidents: number])[] {
  return [...counts.entries()]
    .filter(([, incidents]) => incidents > 0)
    .sort(([a, some], [b, others]) => others - some || a - b)
    .map(([code, incidents]) => [texts[code] ?? null, incidents])
}
