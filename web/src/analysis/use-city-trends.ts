import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useCityNowMs } from '../api/live-context.tsx'
import { districtsQuery, hoursQuery } from '../api/queries.ts'
import { useTimeZone } from '../ui/address.ts'
import { cityTrends, QUARTER_MS } from './city-trends.ts'

/** Trends of the city, or of one district; the same queries serve everybody who asks. */
export function useCityTrends(district: string | null) {
  const nowMs = useCityNowMs(QUARTER_MS)
  const timeZone = useTimeZone()
  const recent = useQuery({ ...districtsQuery(nowMs ?? 0), enabled: nowMs !== null })
  const hours = useQuery({ ...hoursQuery(nowMs ?? 0), enabled: nowMs !== null && recent.isSuccess })
  const trends = useMemo(() => {
    if (nowMs === null || recent.data === undefined) return null
    return cityTrends({ recent: recent.data, hours: hours.data ?? [], district, endMs: nowMs, timeZone })
  }, [nowMs, recent.data, hours.data, district, timeZone])
  return { trends, error: recent.error, retry: () => void recent.refetch() }
}
