import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useFinishedMs, useLiveSlice } from '../api/live-context.tsx'
import { useTimeZone } from '../ui/address.ts'
import { cityTrends, QUARTER_MS, withLive, type CityHistory } from './city-trends.ts'
import { districtsQuery, quartersQuery } from './queries.ts'

/**
 * What districts and the city are compared with; null until all of it is there, so that no comparison turns into
 * another one. The same queries serve everybody who asks.
 */
export function useCityHistory() {
  const endMs = useFinishedMs(QUARTER_MS)
  const timeZone = useTimeZone()
  const live = useLiveSlice(view => view.state?.districts ?? null)
  const recent = useQuery({ ...districtsQuery(endMs ?? 0), enabled: endMs !== null })
  const quarters = useQuery({ ...quartersQuery(endMs ?? 0), enabled: endMs !== null })
  const history = useMemo<CityHistory | null>(() => {
    if (recent.data === undefined || (quarters.data === undefined && !quarters.isError)) return null
    // The answer says which end it is of: while the next one loads, the one before stays whole.
    const { rows, endMs: end } = recent.data
    return { recent: withLive(rows, live ?? []), quarters: quarters.data ?? null, endMs: end, timeZone }
  }, [recent.data, quarters.data, quarters.isError, live, timeZone])
  const failed = recent.error === null ? quarters : recent
  return { history, error: failed.error, retry: () => void failed.refetch() }
}

/** Trends of the city, or of one district. */
export function useCityTrends(district: string | null) {
  const { history, error, retry } = useCityHistory()
  const trends = useMemo(() => (history === null ? null : cityTrends(history, district)), [history, district])
  return { trends, history, error, retry }
}
