import { weatherMeasures } from '../../core/schema/weather.ts'
import type { Stream } from '../../core/stream/index.ts'

/** What was said of the weather to come. Each issue is kept, so that a forecast can be held against what was observed later. */
export const weatherForecasts = {
  name: 'weather-forecasts',
  title: 'Weather forecasts',
  says: 'What a forecast issued at one instant said of the weather at another',
  fields: {
    station_id: { type: 'text', says: 'The station or place', maxChars: 128, required: true, filter: true },
    issued_at: { type: 'instant', says: 'When it was said', required: true },
    valid_at: { type: 'instant', says: 'When it is to be so', required: true, ahead: true },
    ...weatherMeasures,
    precipitation_probability: {
      type: 'number',
      says: 'Chance of precipitation as a share',
      min: 0,
      max: 1,
      unit: null,
      decimals: 4,
    },
  },
  once: { how: 'first', key: ['station_id', 'issued_at'], time: 'valid_at' },
  silver: { partition: 'month' },
  sql: new URL('./sql/', import.meta.url),
} as const satisfies Stream
