import './live-page.css'
import './panel.css'
import { Suspense, useCallback, useMemo, type ReactNode } from 'react'
import { useStaleSinceMs } from '../api/live-context.tsx'
import { TodayList } from '../features/calendar/today-list.tsx'
import { CityMap } from '../features/city-map/city-map.tsx'
import { CityPanel } from '../features/city-panel/city-panel.tsx'
import { DistrictStrip } from '../features/districts/district-strip.tsx'
import { LayerList } from '../features/layers/layer-list.tsx'
import { useAddress, type Choice } from '../ui/address.ts'
import { later } from '../ui/later.tsx'
import { Skeleton } from '../ui/notes.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { useShortcut } from '../ui/shortcuts.ts'
import { useLayers } from './use-layers.ts'

const SitePanel = later(async () => ({
  default: (await import('../features/site-panel/site-panel.tsx')).SitePanel,
}))
const SiteCameras = later(async () => ({
  default: (await import('../features/cameras/site-cameras.tsx')).SiteCameras,
}))
const SiteTable = later(async () => ({
  default: (await import('../features/site-table/site-table.tsx')).SiteTable,
}))
const HappeningPanel = later(async () => ({
  default: (await import('../features/calendar/happening-panel.tsx')).HappeningPanel,
}))
const CameraPanel = later(async () => ({
  default: (await import('../features/cameras/camera-panel.tsx')).CameraPanel,
}))
const DevicePanel = later(async () => ({
  default: (await import('../features/devices/device-panel.tsx')).DevicePanel,
}))
const WeatherPanel = later(async () => ({
  default: (await import('../features/weather/weather-panel.tsx')).WeatherPanel,
}))

/** The city now: the map or its table, the districts below, and beside them the city or what was chosen. */
export function LivePage() {
  const { choice, district, view, set } = useAddress()
  const toggle = useCallback(() => set({ view: view === 'map' ? 'table' : null }), [set, view])
  const back = useCallback(() => {
    if (choice !== null) set({ [choice.kind]: null })
    else if (district !== null) set({ district: null })
  }, [set, choice, district])
  const stale = useStaleSinceMs() !== null
  useShortcut('t', toggle)
  useShortcut('Escape', back)
  return (
    <div className="live-page" data-view={view} data-detail={choice !== null} data-stale={stale}>
      <div className="live-stage">
        <div className="live-view">
          <Segmented
            label="View"
            value={view}
            options={[
              { value: 'map', label: 'Map' },
              { value: 'table', label: 'Table' },
            ]}
            onChange={next => set({ view: next === 'table' ? 'table' : null })}
          />
        </div>
        {view === 'map' ? (
          <LayeredMap />
        ) : (
          <Suspense fallback={<Skeleton height="20rem" label="Loading sites" />}>
            <SiteTable />
          </Suspense>
        )}
      </div>
      <DistrictStrip />
      <div className="live-panel">
        {choice === null ? (
          <CityPanel today={<TodayList />} />
        ) : (
          <Suspense fallback={<Skeleton height="24rem" label="Loading what was chosen" />}>
            {panelOf(choice)}
          </Suspense>
        )}
      </div>
    </div>
  )
}

function LayeredMap() {
  const { overlay, counts } = useLayers()
  const { choice } = useAddress()
  const beside = useMemo(
    () => (choice === null || choice.kind === 'site' ? null : { kind: choice.kind, id: choice.id }),
    [choice],
  )
  return (
    <CityMap
      overlay={overlay}
      beside={beside}
      layers={<LayerList layers={counts} />}
      layerCount={counts.length}
    />
  )
}

function panelOf({ kind, id }: Choice): ReactNode {
  switch (kind) {
    case 'site':
      return (
        <SitePanel
          key={id}
          id={id}
          cameras={
            <Suspense>
              <SiteCameras site={id} />
            </Suspense>
          }
        />
      )
    case 'event':
    case 'zone':
      return <HappeningPanel key={`${kind}:${id}`} kind={kind} id={id} />
    case 'camera':
      return <CameraPanel key={id} id={id} />
    case 'device':
      return <DevicePanel key={id} id={id} />
    case 'station':
      return <WeatherPanel key={id} id={id} />
  }
}
