import { useMemo } from 'react'
import { useCalendarOverlay } from '../features/calendar/use-happenings.ts'
import { useCamerasOverlay } from '../features/cameras/use-cameras.ts'
import { useDevicesOverlay } from '../features/devices/use-devices.ts'
import type { LayerCount } from '../features/layers/layer-list.tsx'
import { useWeatherOverlay } from '../features/weather/use-weather.ts'
import { overlaySum } from '../map/overlay/overlay.ts'
import { layersOf } from '../state/layers.ts'
import { useAddress } from '../ui/address.ts'

/** What the layers that are on put on the map, and how much each of all layers has. */
export function useLayers() {
  const { layers } = useAddress()
  const on = useMemo(() => layersOf(layers), [layers])
  const weather = useWeatherOverlay(on.has('weather'))
  const events = useCalendarOverlay('event', on.has('events'))
  const zones = useCalendarOverlay('zone', on.has('zones'))
  const cameras = useCamerasOverlay(on.has('cameras'))
  const devices = useDevicesOverlay(on.has('devices'))
  const overlay = useMemo(
    () => overlaySum([weather.overlay, cameras.overlay, devices.overlay, zones.overlay, events.overlay]),
    [weather.overlay, events.overlay, zones.overlay, cameras.overlay, devices.overlay],
  )
  const counts: LayerCount[] = [
    { layer: 'weather' as const, count: weather.count },
    { layer: 'events' as const, count: events.count },
    { layer: 'zones' as const, count: zones.count },
    { layer: 'cameras' as const, count: cameras.count },
    { layer: 'devices' as const, count: devices.count },
  ].filter(({ count }) => count > 0)
  return { overlay, counts }
}
