import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useHasRows } from '../../api/streams.ts'
import { NO_OVERLAY, type Overlay } from '../../map/overlay/overlay.ts'
import { devicesQuery, type DeviceRow } from './queries.ts'
import { devicesOverlay, standing } from './view-model.ts'

const NONE: readonly DeviceRow[] = []

/** Devices that stand beside the roads now. */
export function useDevices() {
  const enabled = useHasRows('field-devices')
  const { data, error, isLoading, refetch } = useQuery({ ...devicesQuery, enabled })
  const devices = useMemo(() => standing(data ?? NONE), [data])
  return { devices, error, loading: enabled && isLoading, retry: () => void refetch() }
}

/** The layer of the map. */
export function useDevicesOverlay(on: boolean): { overlay: Overlay; count: number } {
  const { devices } = useDevices()
  const overlay = useMemo(() => (on ? devicesOverlay(devices) : NO_OVERLAY), [on, devices])
  return { overlay, count: devices.length }
}
