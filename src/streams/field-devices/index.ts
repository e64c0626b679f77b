import type { Stream } from '../../core/stream/index.ts'
import { DEVICE_STATUSES, DEVICE_TYPES } from '../../core/schema/wzdx.ts'

/** What stands beside roadworks and says how it is, in the words of the Work Zone Data Exchange (WZDx 4.2). */
export const fieldDevices = {
  name: 'field-devices',
  title: 'Field devices',
  says: 'A device beside the road, in its newest version',
  fields: {
    device_id: { type: 'text', says: 'The device', maxChars: 256, required: true, filter: true },
    updated_at: { type: 'instant', says: 'When this was so', required: true },
    device_type: { type: 'choice', says: 'What it is', values: DEVICE_TYPES, required: true, filter: true },
    name: { type: 'text', says: 'What it is called', maxChars: 256 },
    status: { type: 'choice', says: 'How it is', values: DEVICE_STATUSES, filter: true },
    road_names: { type: 'texts', says: 'Names of the road', maxChars: 256, maxItems: 32 },
    latitude: {
      type: 'number',
      says: 'Latitude, WGS 84',
      min: -90,
      max: 90,
      unit: '°',
      decimals: null,
      required: true,
    },
    longitude: {
      type: 'number',
      says: 'Longitude, WGS 84',
      min: -180,
      max: 180,
      unit: '°',
      decimals: null,
      required: true,
    },
    details: {
      type: 'json',
      says: 'What WZDx says of it beside, by its names there',
      maxChars: 65_536,
      fails: value =>
        typeof value === 'object' && value !== null && !Array.isArray(value) ? null : 'is not an object',
    },
    withdrawn: { type: 'flag', says: 'It is no more' },
  },
  once: { how: 'latest', key: ['device_id'], version: 'updated_at' },
  silver: { partition: 'month' },
  sql: new URL('./sql/', import.meta.url),
} as const satisfies Stream
