import type { IncidentWeatherRates } from '../../../../../src/serve/contract/index.ts'
import { count } from '../../../ui/format.ts'
import { ratioWords, type Ratio } from './ratio.ts'
import { incidents, weatherLabel } from '../model/words.ts'

export type WeatherRatesFound = NonNullable<IncidentWeatherRates['result']>
type Compared = WeatherRatesFound['compared'][number]

export interface RateRow {
  readonly weather: string
  readonly label: string
  readonly ratio: Ratio | null
  readonly words: string
  readonly exposure: string
}

export interface RateTable {
  readonly title: string
  readonly reference: string
  readonly rows: readonly RateRow[]
}

/** A table for hours and one for days: rain all day is another thing than an hour of it. */
export function rateTables({ compared }: WeatherRatesFound): RateTable[] {
  return compared.map(of => ({
    title: of.known_by === 'hour' ? 'By the weather of the hour' : 'By the weather of the day',
    reference: `Dry: ${exposureWords(of, of.reference_incidents, of.reference_hours)}`,
    rows: of.rates.map(({ weather, ratio, incidents: number, hours }) => ({
      ...{ weather, label: weatherLabel(weather), ratio },
      words: ratioWords(ratio, 'when dry'),
      exposure: exposureWords(of, number, hours),
    })),
  }))
}

function exposureWords({ known_by: knownBy }: Compared, number: number, hours: number): string {
  const time = knownBy === 'hour' ? `${count(hours)} h` : `${count(Math.round(hours / 24))} days`
  return `${incidents(number)} in ${time}`
}

/** How it was compared and what was left out. */
export function rateNotes({
  compared,
  not_covered: gaps,
  weather_unknown: unknown,
}: WeatherRatesFound): string[] {
  const notes = [
    'Compared within the same month and weekday, and of hours the same hour: the season and the week drop out.',
  ]
  if (compared.some(({ known_by: knownBy }) => knownBy === 'day'))
    notes.push('Of days only what fell in 24 hours is known: a night of snow makes a day of snow.')
  notes.push(
    `Left out: ${count(gaps.hours)} hours of days without a full record (${incidents(gaps.incidents)}) and ${count(unknown.hours)} hours of which no weather is known (${incidents(unknown.incidents)}).`,
    'Reports are not crashes, and in bad weather fewer people drive: this is how many were reported, not how dangerous a drive was.',
  )
  return notes
}
