import { HOUR_MS } from '../../../../core/time/spans.ts'
import type { IncidentChoice } from '../choice.ts'
import type { CityWeather } from '../city-weather.ts'
import { chooseOf, mayHave } from './choose.ts'
import type { Dictionaries, MonthColumns } from './month.ts'

/** Where the newest of what is chosen are, so that the engine reads no more than those. */
export interface Newest {
  readonly total: number
  /** None of them began before this, s since 1970 UTC. */
  readonly sinceS: number
  /** The months that have any of them, as 201705. */
  readonly months: readonly number[]
  /** Where a weather is chosen, the hours in which they began, h since 1970 UTC: what the weather of all hours was need not be asked. */
  readonly hours: readonly number[] | null
}

/** Finds the newest `limit` of the chosen ones. */
export function newestOf(
  months: ReadonlyMap<number, MonthColumns>,
  dictionaries: Dictionaries,
  choice: IncidentChoice,
  weather: CityWeather,
  limit: number,
): Newest {
  const choose = chooseOf(choice, dictionaries, weather)
  const found: { month: number; startedS: Uint32Array }[] = []
  let total = 0
  for (const [month, columns] of [...months].sort(([a], [b]) => b - a)) {
    if (!mayHave(columns, choice)) continue
    const meant = choose(columns)
    const startedS = columns.startedS.filter((_, row) => meant[row] === 1)
    if (startedS.length > 0 && total < limit) found.push({ month, startedS })
    total += startedS.length
  }
  const last = found.at(-1)
  const hasWeather = choice.weather !== undefined && choice.weather.length > 0
  if (last === undefined) return { total, sinceS: 0, months: [], hours: hasWeather ? [] : null }
  const before = found.slice(0, -1).reduce((sum, { startedS }) => sum + startedS.length, 0)
  const newestFirst = last.startedS.toSorted().reverse()
  const sinceS = newestFirst[Math.min(limit - before, newestFirst.length) - 1] ?? 0
  const hours = hasWeather ? hoursSince(found, sinceS) : null
  return { total, sinceS, months: found.map(({ month }) => month), hours }
}

const HOUR_S = HOUR_MS / 1000

function hoursSince(found: readonly { readonly startedS: Uint32Array }[], sinceS: number): number[] {
  const hours = new Set<number>()
  for (const { startedS } of found)
    for (const startS of startedS) if (startS >= sinceS) hours.add(Math.floor(startS / HOUR_S))
  return [...hours]
}
