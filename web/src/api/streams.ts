import type { StreamStatus } from '../../../src/serve/contract/index.ts'
import { useLiveSlice } from './live-context.tsx'

/** Streams whose news the page hears: a list that it shows is asked for again when rows of it come. */
export const TOPICS = [
  'weather',
  'weather-forecasts',
  'stations',
  'events',
  'venues',
  'work-zones',
  'cameras',
  'field-devices',
] as const

/** Does a stream hold anything? Only then is its list asked for. */
export function hasRows(streams: readonly StreamStatus[], name: string): boolean {
  return streams.some(stream => stream.name === name && stream.rows > 0)
}

export function useHasRows(name: string): boolean {
  return useLiveSlice(({ state }) => state !== null && hasRows(state.status.streams, name))
}
