import type { Stream } from '../../src/core/stream/index.ts'

/** Streams that no table is made for: each has a field of every type. */
const sql = new URL('sql/', import.meta.url)

export const air: Stream = {
  name: 'air-quality',
  title: 'Air quality',
  says: 'What a station measured of the air.',
  fields: {
    station_id: { type: 'text', maxChars: 64, says: 'The station', required: true, filter: true },
    timestamp: { type: 'instant', says: 'When it was measured', required: true, column: 'observed_at' },
    no2: { type: 'number', min: 0, max: 5_000, unit: 'µg/m³', decimals: 2, says: 'Nitrogen dioxide' },
    temperature_f: {
      type: 'number',
      min: -80,
      max: 140,
      unit: '°F',
      decimals: 2,
      column: 'temperature_c',
      metric: { unit: '°C', times: 5 / 9, plus: -160 / 9 },
      says: 'Temperature of the air',
    },
    grade: { type: 'choice', values: ['good', 'fair', 'poor'], says: 'In words', filter: true },
    particles: { type: 'counts', names: ['pm10', 'pm25'], max: 1_000_000, says: 'Particles counted' },
    calibrated: { type: 'flag', says: 'Calibrated this year', filter: true },
  },
  once: { how: 'first', key: ['station_id'], time: 'timestamp' },
  silver: { partition: 'day' },
  sql,
  gold: [{ name: 'air_hourly', add: new URL('gold/air_hourly.sql', import.meta.url) }],
}

export const parks: Stream = {
  name: 'car-parks',
  title: 'Car parks',
  says: 'A car park, as its operator last described it.',
  fields: {
    park_id: { type: 'text', maxChars: 64, says: 'The car park', required: true, filter: true },
    updated_at: { type: 'instant', says: 'When it was described so', required: true },
    name: { type: 'text', maxChars: 256, says: 'Its name', required: true },
    opens_at: { type: 'instant', says: 'When it opens', ahead: true, filter: true },
    closes_at: { type: 'instant', says: 'When it closes', ahead: true },
    places: { type: 'number', min: 0, max: 100_000, whole: true, unit: null, decimals: 0, says: 'Places' },
    height_in: {
      type: 'number',
      min: 0,
      max: 400,
      unit: 'in',
      decimals: 1,
      column: 'height_cm',
      metric: { unit: 'cm', times: 2.54 },
      says: 'Highest vehicle',
    },
    streets: { type: 'texts', maxChars: 128, maxItems: 8, says: 'Streets it is reached by', filter: true },
    outline: { type: 'json', maxChars: 10_000, says: 'Its outline as GeoJSON' },
    withdrawn: { type: 'flag', says: 'It is gone' },
  },
  rules: [
    {
      reason: 'closes_before_open',
      says: 'closes_at is before opens_at',
      fails: ({ opens_at: from, closes_at: to }) =>
        typeof from === 'number' && typeof to === 'number' && to < from,
      sql: 'closes_at < opens_at',
    },
  ],
  once: { how: 'latest', key: ['park_id'], version: 'updated_at' },
  silver: { partition: 'month' },
  sql,
}

export const signs: Stream = {
  name: 'signs',
  title: 'Signs',
  says: 'A sign at the road, as the register last knew it.',
  fields: {
    sign_id: { type: 'text', maxChars: 64, says: 'The sign', required: true },
    text: { type: 'text', maxChars: 1_000, long: true, says: 'What it shows' },
    withdrawn: { type: 'flag', says: 'It was taken down' },
  },
  once: { how: 'latest', key: ['sign_id'], version: 'position' },
  silver: { partition: 'month' },
  sql,
}

/** Observations that are corrected: an instant is of the key. */
export const corrected: Stream = {
  name: 'noise-levels',
  title: 'Noise levels',
  says: 'What a microphone measured; a later record of the same time replaces the earlier one.',
  fields: {
    site: { type: 'text', maxChars: 64, says: 'The site', required: true, filter: true },
    timestamp: { type: 'instant', says: 'When it was measured', required: true, column: 'measured_at' },
    level: { type: 'number', min: 0, max: 200, unit: 'dB', decimals: 1, column: 'level_db', says: 'Level' },
    withdrawn: { type: 'flag', says: 'It was wrong' },
  },
  once: { how: 'latest', key: ['site', 'timestamp'], version: 'position' },
  silver: { partition: 'month' },
  sql,
}

export const alarms: Stream = {
  name: 'alarms',
  title: 'Alarms',
  says: 'A device said that something is wrong.',
  fields: {
    device_id: { type: 'text', maxChars: 64, says: 'The device', required: true },
    at: { type: 'instant', says: 'When', required: true },
    level: {
      type: 'number',
      min: 1,
      max: 5,
      whole: true,
      unit: null,
      decimals: 0,
      says: 'How grave',
      required: true,
    },
  },
  once: { how: 'every', key: ['device_id'], time: 'at' },
  silver: { partition: 'day' },
  sql,
}

export const examples: readonly Stream[] = [air, parks, signs, alarms]
