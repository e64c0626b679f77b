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

/** Where events take place again and again. */
export const venues = {
  name: 'venues',
  title: 'Venues',
  says: 'A place at which events take place',
  fields: {
    venue_id: { type: 'text', says: 'The venue', maxChars: 128, required: true, filter: true },
    name: { type: 'text', says: 'What it is called', maxChars: 256, required: true },
    latitude: degrees('Latitude, WGS 84', 90),
    longitude: degrees('Longitude, WGS 84', 180),
    capacity: {
      type: 'number',
      says: 'People who find room',
      min: 0,
      max: 10_000_000,
      unit: null,
      whole: true,
      decimals: 0,
    },
    withdrawn: { type: 'flag', says: 'It is no more' },
  },
  once: { how: 'latest', key: ['venue_id'], version: 'position' },
  silver: { partition: 'month' },
  sql: new URL('./sql/', import.meta.url),
} as const satisfies Stream
