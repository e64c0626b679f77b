import './live-page.css'
import './panel.css'
import { useCallback, useMemo, type ReactNode } from 'react'
import { useStaleSinceMs } from '../api/live-context.tsx'
import { HappeningPanel } from '../features/calendar/happening-panel.tsx'
import { TodayList } from '../features/calendar/today-list.tsx'
import { CameraPanel } from '../features/cameras/camera-panel.tsx'
import { SiteCameras } from '../features/cameras/site-cameras.tsx'
import { CityMap } from '../features/city-map/city-map.tsx'
import { CityPanel } from '../features/city-panel/city-panel.tsx'
import { DistrictStrip } from '../features/districts/district-strip.tsx'
import { LayerList } from '../features/layers/layer-list.tsx'
import { SitePanel } from '../features/site-panel/site-panel.tsx'
import { SiteTable } from '../features/site-table/site-table.tsx'
import { WeatherPanel } from '../features/weather/weather-panel.tsx'
import { useAddress, type Choice } from '../ui/address.ts'
import { Segmented } from '../ui/segmented.tsx'
import { useShortcut } from '../ui/shortcuts.ts'
import { useLayers } from './use-layers.ts'

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
        {view === 'map' ? <LayeredMap /> : <SiteTable />}
      </div>
      <DistrictStrip />
      <div className="live-panel">
        {choice === null ? <CityPanel today={<TodayList />} /> : panelOf(choice)}
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
      return <SitePanel key={id} id={id} cameras={<SiteCameras site={id} />} />
    case 'event':
    case 'zone':
      return <HappeningPanel key={`${kind}:${id}`} kind={kind} id={id} />
    case 'camera':
      return <CameraPanel key={id} id={id} />
    case 'station':
      return <WeatherPanel key={id} id={id} />
  }
}
