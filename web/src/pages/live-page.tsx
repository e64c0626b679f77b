import './live-page.css'
import { useCallback } from 'react'
import { useStaleSinceMs } from '../api/live-context.tsx'
import { CityMap } from '../features/city-map/city-map.tsx'
import { CityPanel } from '../features/city-panel/city-panel.tsx'
import { DistrictStrip } from '../features/districts/district-strip.tsx'
import { SitePanel } from '../features/site-panel/site-panel.tsx'
import { SiteTable } from '../features/site-table/site-table.tsx'
import { useAddress } from '../ui/address.ts'
import { Segmented } from '../ui/segmented.tsx'
import { useShortcut } from '../ui/shortcuts.ts'

/** The city now: the map or its table, the districts below, and beside them the city or what was chosen. */
export function LivePage() {
  const { site, district, view, set } = useAddress()
  const toggle = useCallback(() => set({ view: view === 'map' ? 'table' : null }), [set, view])
  const back = useCallback(() => {
    if (site !== null) set({ site: null })
    else if (district !== null) set({ district: null })
  }, [set, site, district])
  const stale = useStaleSinceMs() !== null
  useShortcut('t', toggle)
  useShortcut('Escape', back)
  return (
    <div className="live-page" data-view={view} data-detail={site !== null} data-stale={stale}>
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
        {view === 'map' ? <CityMap /> : <SiteTable />}
      </div>
      <DistrictStrip />
      <div className="live-panel">{site === null ? <CityPanel /> : <SitePanel key={site} id={site} />}</div>
    </div>
  )
}
