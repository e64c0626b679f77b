import type { FeedFormat } from '../../../core/feed-format.ts'
import { ecccDaily, ecccHourly } from './eccc.ts'
import { metar } from './metar.ts'
import { nws } from './nws.ts'
import { openMeteo, openMeteoForecast } from './open-meteo.ts'

/** The providers' formats that are known here. */
export const presets: readonly FeedFormat[] = [
  nws,
  openMeteo,
  openMeteoForecast,
  ecccDaily,
  ecccHourly,
  metar,
]
