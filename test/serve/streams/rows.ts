import type { Row } from '../../../src/lake/read/index.ts'

export const parkRow = (over: Row = {}): Row => ({
  position: 4,
  park_id: 'P1',
  updated_at: '2026-03-01T00:00:00.000Z',
  name: 'Under the square',
  opens_at: null,
  closes_at: null,
  places: 120,
  height_cm: 200.7,
  streets: ['A St'],
  outline: '{"type":"Point","coordinates":[1,2]}',
  arrived_at: '2026-03-01T00:00:01.000Z',
  source: 'http',
  ...over,
})
