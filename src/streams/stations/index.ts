import type { NumberField, Stream } from '../../core/stream/index.ts'

const degrees = (says: string, most: number): NumberField & { required: true } => ({
  type: 'number',
  says,
  min: -most,
  max: most,
  unit: '°',
  decimals: null,
  required: true,
})

/** Where weather is measured. */
export const stations = {
  name: 'stations',
  title: 'Weather stations',
  says: 'A place at which weather is measured or forecast',
  fields: {
    station_id: { type: 'text', says: 'The station', maxChars: 128, required: true, filter: true },
    name: { type: 'text', says: 'What it is called', maxChars: 256 },
    latitude: degrees('Latitude, WGS 84', 90),
    longitude: degrees('Longitude, WGS 84', 180),
    elevation_m: {
      type: 'number',
      says: 'Height above the sea',
      min: -500,
      max: 9000,
      unit: 'm',
      decimals: 1,
    },
    provider: { type: 'text', says: 'Who runs it', maxChars: 128, filter: true },
    withdrawn: { type: 'flag', says: 'It is no more' },
  },
  once: { how: 'latest', key: ['station_id'], version: 'position' },
  silver: { partition: 'month' },
  sql: new URL('./sql/', import.meta.url),
} as const satisfies Stream
