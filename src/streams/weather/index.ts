import { weatherMeasures } from '../../core/schema/weather.ts'
import type { Stream } from '../../core/stream/index.ts'

/** What weather stations measured: the observed, never the forecast. */
export const weather = {
  name: 'weather',
  title: 'Weather observations',
  says: 'What a weather station measured at one instant',
  fields: {
    station_id: { type: 'text', says: 'The station', maxChars: 128, required: true, filter: true },
    timestamp: { type: 'instant', says: 'When it was measured', column: 'observed_at', required: true },
    ...weatherMeasures,
  },
  once: { how: 'first', key: ['station_id'], time: 'timestamp' },
  // A station says little: its years would be thousands of nearly empty days.
  silver: { partition: 'month' },
  sql: new URL('./sql/', import.meta.url),
  gold: [{ name: 'weather_hourly', add: new URL('./sql/add_weather_hourly.sql', import.meta.url) }],
} as const satisfies Stream
