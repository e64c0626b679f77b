import type { Condition } from '../../../core/schema/weather.ts'

/** What falls or hides the view, by the words that providers write. Freezing rain is rain, sleet (ice pellets) is snow. */
const SNOW = /snow|sleet|blizzard|flurr|ice[ _](?:pellet|crystal)/i
const RAIN = /rain|drizzle|shower|thunder|\bhail\b/i
const FOG = /\bfog|\bmist|fog_mist/i
/** More than half of the sky is covered. */
const CLOUDY = /overcast|mostly cloudy|considerable cloud|^cloudy|\bcloudy\b(?<!partly cloudy)/i
const CLEAR = /clear|sunny|\bfair\b|few clouds|partly cloudy/i

/**
 * The condition of a phrase such as `Light Snow and Fog` or `Mostly Cloudy`; of several the one that falls, snow before rain.
 * Null for a phrase that says none of them (haze, smoke, wind).
 */
export function conditionOfWords(words: string): Condition | null {
  if (SNOW.test(words)) return 'snow'
  if (RAIN.test(words)) return /heavy/i.test(words) ? 'heavy_rain' : 'rain'
  if (FOG.test(words)) return 'fog'
  if (/mostly clear|mainly clear/i.test(words)) return 'clear'
  if (CLOUDY.test(words)) return 'cloudy'
  return CLEAR.test(words) ? 'clear' : null
}

/** The groups of a METAR's sky: `BKN` and more cover over half of it. */
export function conditionOfSky(amounts: readonly string[]): Condition | null {
  if (amounts.length === 0) return null
  return amounts.some(amount => /^(BKN|OVC|VV)/.test(amount)) ? 'cloudy' : 'clear'
}

/**
 * WMO code table 4677 as far as forecast models use it (Open-Meteo's `weather_code`).
 * Source: World Meteorological Organization, Manual on Codes, WMO-No. 306, table 4677.
 */
export function conditionOfWmoCode(code: number): Condition | null {
  if (!Number.isInteger(code) || code < 0 || code > 99) return null
  if (code <= 2) return 'clear'
  if (code === 3) return 'cloudy'
  if (code === 45 || code === 48) return 'fog'
  if ([65, 67, 82, 97, 99].includes(code)) return 'heavy_rain'
  if ((code >= 71 && code <= 77) || code === 85 || code === 86) return 'snow'
  if ((code >= 51 && code <= 67) || (code >= 80 && code <= 82) || code >= 95) return 'rain'
  return null
}
