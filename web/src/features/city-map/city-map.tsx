import './city-map.css'
import { lazy, Suspense, useCallback, useMemo, useRef, useState, type ReactNode } from 'react'
import type { LiveSite } from '../../../../src/serve/contract/index.ts'
import { useLiveSlice, useLiveStore } from '../../api/live-context.tsx'
import { useOfCity } from '../../api/public-city.tsx'
import { isForeign, usePlaces } from '../../api/places.ts'
import { bandsOf, measureOf, stepsShown, type Measure } from '../../map/bands.ts'
import type { Overlay, OverlayKind } from '../../map/overlay/overlay.ts'
import type { Hover, MapThing } from '../../map/site-map.ts'
import { useAddress, useUnits } from '../../ui/address.ts'
import type { Units } from '../../ui/format.ts'
import { ErrorNote } from '../../ui/notes.tsx'
import { useTheme } from '../../ui/theme/theme.ts'
import { Legend } from './legend.tsx'
import { MapTip } from './map-tip.tsx'
import { stepsFor } from './view-model.ts'

const SiteMapView = lazy(async () => ({ default: (await import('../../map/site-map-view.tsx')).SiteMapView }))
const NONE: ReadonlySet<string> = new Set()
const NOTHING = { site: null, event: null, zone: null, camera: null, station: null }

interface CityMapProps {
  /** What lies beside the sites. */
  readonly overlay: Overlay
  /** Of that, what is chosen. */
  readonly beside: { readonly kind: OverlayKind; readonly id: string } | null
  /** Switches of the layers, for the legend. */
  readonly layers: ReactNode
  readonly layerCount: number
}

/** The map is the page: sites by delay or speed, the choice shared with every other panel by the address. */
export function CityMap({ overlay, beside, layers, layerCount }: CityMapProps) {
  const { places, error, refetch } = usePlaces()
  const { site, district, grades, at, set } = useAddress()
  const units = useUnits()
  const theme = useTheme()
  const store = useLiveStore()
  const measure = useLiveSlice(view => (view.state === null ? 'delay' : measureOf(view.state.sites.values())))
  const tileStyle = useOfCity(city => city.tileStyle)
  const [hover, setHover] = useState<Hover | null>(null)

  const bands = useMemo(() => bandsOf(measure, units), [measure, units])
  const dimmed = useMemo(
    () =>
      district === null || isForeign(district, places)
        ? NONE
        : new Set(places.onMap.filter(p => p.district !== district).map(p => p.id)),
    [places, district],
  )
  const stepsOf = useSteps(measure, units)
  const subscribe = useCallback(
    (listener: (changed: readonly LiveSite[] | null) => void) => store.onSites(listener),
    [store],
  )
  const legend = useRef<HTMLElement>(null)
  const covered = useCallback(() => reachOf(legend.current), [])
  const shown = useMemo(() => stepsShown(grades, bands), [grades, bands])
  const onMove = useCallback((view: string | null) => set({ at: view }, 'quiet'), [set])
  const onPick = useCallback(
    (thing: MapThing | null) => set(thing === null ? NOTHING : { [thing.kind]: thing.id }),
    [set],
  )
  return (
    <section className="city-map" aria-label="Map of the city">
      {error !== null && (
        <div className="city-map-note">
          <ErrorNote error={error} onRetry={() => void refetch()} />
        </div>
      )}
      <Suspense fallback={<div className="city-map-wait" />}>
        <SiteMapView
          {...{
            places: places.onMap,
            theme,
            tileStyle,
            bands,
            dimmed,
            shown,
            stepsOf,
            subscribe,
            onMove,
            onPick,
            overlay,
            beside,
            legendRows: layerCount,
            covered,
          }}
          view={at}
          chosen={site}
          onHover={setHover}
        />
      </Suspense>
      {hover !== null && <MapTip hover={hover} measure={measure} units={units} />}
      <Legend ref={legend} measure={measure} units={units} layers={layers} />
    </section>
  )
}

function reachOf(legend: HTMLElement | null) {
  if (legend === null) return { width: 0, height: 0 }
  const { offsetLeft, offsetTop, offsetWidth, offsetParent } = legend
  return { width: offsetLeft + offsetWidth, height: (offsetParent?.clientHeight ?? offsetTop) - offsetTop }
}

/** Steps of the changed sites, or of all. The city's newest reading decides who is silent, so all are looked at once a minute by the snapshot of the minute. */
function useSteps(measure: Measure, units: Units) {
  const store = useLiveStore()
  return useCallback(
    (changed: readonly LiveSite[] | null) => {
      const { state } = store.getView()
      if (state === null) return []
      const now = state.city.at
      // A site falls silent without a change of its own; a pass over a city's sites costs less than a millisecond.
      const sites = changed === null || state.sites.size < ALL_EACH_SECOND ? state.sites.values() : changed
      return stepsFor(sites, measure, units, now)
    },
    [store, measure, units],
  )
}

const ALL_EACH_SECOND = 3_000
