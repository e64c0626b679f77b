import type { Stream } from '../../../../src/core/stream/index.ts'

const folder = (name: string) => new URL(`./${name}/`, import.meta.url)

/** A stream of each kind, as small as can be. */
export const streams: readonly Stream[] = [
  {
    name: 'air',
    title: 'Air',
    says: 'What a station measured.',
    fields: {
      station_id: { type: 'text', maxChars: 16, required: true, says: 'The station', filter: true },
      timestamp: { type: 'instant', column: 'observed_at', required: true, says: 'When' },
      temperature_f: {
        ...{ type: 'number', column: 'temperature_c', min: -100, max: 150, unit: '°F', decimals: 2 },
        metric: { unit: '°C', times: 5 / 9, plus: -160 / 9 },
        says: 'Temperature',
      },
      dust: { type: 'number', whole: true, min: 0, max: 1000, unit: 'µg/m³', decimals: 0, says: 'Dust' },
      dry: { type: 'flag', says: 'Is it dry' },
    },
    once: { how: 'first', key: ['station_id'], time: 'timestamp' },
    silver: { partition: 'day' },
    sql: folder('air'),
    gold: [{ name: 'air_hourly', add: new URL('air_hourly.sql', folder('air')) }],
  },
  {
    name: 'kiosks',
    title: 'Kiosks',
    says: 'A kiosk.',
    fields: {
      kiosk_id: { type: 'text', maxChars: 16, required: true, says: 'The kiosk' },
      name: { type: 'text', maxChars: 64, says: 'Its name' },
      latitude: {
        type: 'number',
        min: -90,
        max: 90,
        unit: '°',
        decimals: null,
        required: true,
        says: 'Where',
      },
      withdrawn: { type: 'flag', says: 'Is it gone' },
    },
    once: { how: 'latest', key: ['kiosk_id'], version: 'position' },
    silver: { partition: 'month' },
    sql: folder('kiosks'),
  },
  {
    name: 'plans',
    title: 'Plans',
    says: 'A plan.',
    fields: {
      plan_id: { type: 'text', maxChars: 16, required: true, says: 'The plan' },
      updated_at: { type: 'instant', required: true, says: 'Its version' },
      title: { type: 'text', maxChars: 64, required: true, long: true, says: 'What' },
      tags: { type: 'texts', maxChars: 16, maxItems: 3, says: 'Tags' },
      withdrawn: { type: 'flag', says: 'Is it gone' },
    },
    once: { how: 'latest', key: ['plan_id'], version: 'updated_at' },
    silver: { partition: 'month' },
    sql: folder('plans'),
  },
  {
    name: 'calls',
    title: 'Calls',
    says: 'A call.',
    fields: {
      called_at: { type: 'instant', required: true, says: 'When' },
      what: { type: 'choice', values: ['fire', 'crash'], required: true, says: 'What' },
      counts: { type: 'counts', names: ['car', 'bus'], max: 10, says: 'Vehicles' },
      shape: { type: 'json', maxChars: 200, says: 'Where' },
    },
    once: { how: 'every', key: [], time: 'called_at' },
    silver: { partition: 'day' },
    sql: folder('calls'),
  },
  {
    name: 'notes',
    title: 'Notes',
    says: 'A note, of which several versions may be of one instant.',
    fields: {
      note_id: { type: 'text', maxChars: 16, required: true, says: 'The note' },
      updated_at: { type: 'instant', required: true, says: 'Its version' },
      sure: { type: 'flag', says: 'Is it sure' },
      text: { type: 'text', maxChars: 64, says: 'What' },
      latitude: { type: 'number', min: -90, max: 90, unit: '°', decimals: null, says: 'Where' },
      withdrawn: { type: 'flag', says: 'Is it gone' },
    },
    refusals: { unreadable: 'nobody could read it' },
    once: { how: 'latest', key: ['note_id'], version: 'updated_at', ties: ['sure'] },
    silver: { partition: 'month', view: 'newest_notes' },
    sql: folder('notes'),
  },
]
