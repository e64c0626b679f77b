import { HIGHEST_SPEED_MPH } from '../../core/traffic/highest-speed.ts'
import type { Stream } from '../../core/stream/index.ts'

/** What cameras counted: never mixed with the readings of loops. */
export const cameraObservations = {
  name: 'camera-observations',
  title: 'Camera observations',
  says: 'What a camera counted over one interval',
  fields: {
    camera_id: { type: 'text', says: 'The camera', maxChars: 128, required: true, filter: true },
    timestamp: { type: 'instant', says: 'When it was counted', column: 'observed_at', required: true },
    counts: {
      type: 'counts',
      says: 'Counted in the interval, by class',
      names: ['car', 'truck', 'motorcycle', 'bus', 'bicycle', 'pedestrian'],
      max: 100_000,
    },
    mean_speed: {
      type: 'number',
      says: 'Mean speed of the vehicles',
      min: 0,
      max: HIGHEST_SPEED_MPH,
      unit: 'mph',
      decimals: 3,
      column: 'mean_speed_kmh',
      metric: { unit: 'km/h', times: 1.609344 },
    },
    stopped_vehicles: {
      type: 'number',
      says: 'Vehicles that stood still',
      min: 0,
      max: 10_000,
      unit: null,
      whole: true,
      decimals: 0,
    },
    confidence: {
      type: 'number',
      says: 'How sure the model is, 1 being certain',
      min: 0,
      max: 1,
      unit: null,
      decimals: 4,
    },
    model: { type: 'text', says: 'The model that counted, with its version', maxChars: 128 },
    interval_seconds: {
      type: 'number',
      says: 'How long it counted, up to the timestamp',
      min: 1,
      max: 86_400,
      unit: 's',
      whole: true,
      decimals: 0,
      column: 'interval_s',
    },
  },
  once: { how: 'first', key: ['camera_id'], time: 'timestamp' },
  silver: { partition: 'day' },
  sql: new URL('./sql/', import.meta.url),
  gold: [
    { name: 'camera_counts', add: new URL('./sql/add_camera_counts.sql', import.meta.url) },
    { name: 'camera_stand_ins', add: new URL('./sql/add_camera_stand_ins.sql', import.meta.url) },
  ],
} as const satisfies Stream
