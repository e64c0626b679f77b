import { HOUR_MS } from '../../../../src/serve/contract/spans.ts'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useCityNowMs, useLiveSlice } from '../../api/live-context.tsx'
import { useHasRows } from '../../api/streams.ts'
import { NO_OVERLAY, type Overlay } from '../../map/overlay/overlay.ts'
import { useUnits } from '../../ui/address.ts'
import { forecastQuery, stationsQuery, weatherQuery, type ForecastRow } from './queries.ts'
import { cityStation, stationsOf, type Station } from './view-model.ts'
import { weatherOverlay } from './weather-overlay.ts'

const TEN_MINUTES_MS = 600_000
const NONE: readonly Station[] = []

/** Stations with their newest observation; null before the first answer. Empty where nobody observes the weather. */
export function useStations() {
  const nowMs = useCityNowMs(TEN_MINUTES_MS)
  const observed = useHasRows('weather')
  const registered = useHasRows('stations')
  const weather = useQuery({
    ...weatherQuery(nowMs),
    enabled: observed,
    // Another ten minutes are another question: until it is answered, the last answer holds.
    placeholderData: previous => previous,
  })
  const register = useQuery({ ...stationsQuery, enabled: observed && registered })
  const rows = weather.data
  const stations = useMemo(
    () => (rows == null ? NONE : stationsOf(rows, register.data ?? [])),
    [rows, register.data],
  )
  return {
    stations,
    error: weather.error,
    loading: observed && weather.isLoading,
    retry: () => void weather.refetch(),
  }
}

/** The station that speaks for the city; null where none does. */
export function useCityStation(): Station | null {
  const { stations } = useStations()
  const latitude = useLiveSlice(view => view.state?.status.city.latitude ?? 0)
  const longitude = useLiveSlice(view => view.state?.status.city.longitude ?? 0)
  const nowMs = useCityNowMs(60_000)
  return useMemo(
    () => cityStation(stations, { latitude, longitude }, nowMs),
    [stations, latitude, longitude, nowMs],
  )
}

/** What is foretold for the next day; empty where nobody does. */
export function useForecast(station: string): readonly ForecastRow[] {
  const nowMs = useCityNowMs(HOUR_MS)
  const enabled = useHasRows('weather-forecasts')
  const { data } = useQuery({ ...forecastQuery(station, nowMs), enabled })
  return data ?? []
}

/** The layer of the map. */
export function useWeatherOverlay(on: boolean): { overlay: Overlay; count: number } {
  const { stations } = useStations()
  const units = useUnits()
  const nowMs = useCityNowMs(60_000)
  const overlay = useMemo(
    () => (on ? weatherOverlay(stations, units, nowMs) : NO_OVERLAY),
    [on, stations, units, nowMs],
  )
  return { overlay, count: stations.length }
}
