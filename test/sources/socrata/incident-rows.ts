import type { PortalRow } from './portal.ts'

/** Columns of Calgary's incident record as its portal tells them. */
export const INCIDENT_TYPES = {
  incident_info: 'text',
  description: 'text',
  start_dt: 'floating_timestamp',
  modified_dt: 'floating_timestamp',
  quadrant: 'text',
  longitude: 'number',
  latitude: 'number',
  count: 'number',
  id: 'text',
}

/** A boundary that has all of them within. */
export const BOUNDARY =
  'the_geom\n"POLYGON ((-114.3 50.9, -113.9 50.9, -113.9 51.2, -114.3 51.2, -114.3 50.9))"\n'

const FIRST_MS = Date.UTC(2024, 0, 1, 8)

/** An incident `n` in the portal, ten minutes after the one before it: their ids are in their order. */
export function incident(n: number, over: Readonly<Record<string, string>> = {}): PortalRow {
  const start = new Date(FIRST_MS + n * 600_000).toISOString().slice(0, 19)
  return {
    id: `row-${String(n).padStart(5, '0')}`,
    updatedAt: '2026-11-01T17:00:00.000Z',
    values: {
      incident_info: 'Deerfoot Trail and 16 Avenue NE',
      description: 'Two vehicle incident.',
      start_dt: `${start}.000`,
      modified_dt: `${start}.000`,
      quadrant: 'NE',
      longitude: '-114.05',
      latitude: '51.06',
      count: '1',
      id: `${start}51.06-114.05`,
      ...over,
    },
  }
}

export const incidents = (count: number): PortalRow[] => Array.from({ length: count }, (_, i) => incident(i))
