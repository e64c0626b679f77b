import 'maplibre-gl/dist/maplibre-gl.css'
import './site-map-view.css'
import { IconFocusCentered, IconMinus, IconPlus } from '@tabler/icons-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { LiveSite } from '../../../src/serve/contract/index.ts'
import type { Band } from './bands.ts'
import type { Overlay, OverlayKind } from './overlay/overlay.ts'
import type { Theme } from './ramp.ts'
import type { Covered } from './map-padding.ts'
import { SiteMap, type Hover, type MapThing } from './site-map.ts'
import type { Place } from './streets.ts'
import { viewOf } from './view.ts'

export interface SiteMapViewProps {
  readonly places: readonly Place[]
  readonly theme: Theme
  readonly tileStyle: string | null
  readonly bands: readonly Band[]
  readonly chosen: string | null
  readonly dimmed: ReadonlySet<string>
  readonly overlay: Overlay
  /** Chosen beside the sites. */
  readonly beside: { readonly kind: OverlayKind; readonly id: string } | null
  /** Steps of the ramp of these sites; null asks for all. */
  readonly stepsOf: (sites: readonly LiveSite[] | null) => readonly (readonly [string, number | null])[]
  /** Tells which sites changed; null for all. */
  readonly subscribe: (listener: (changed: readonly LiveSite[] | null) => void) => () => void
  /** Steps that are drawn; null draws all. */
  readonly shown: ReadonlySet<number | null> | null
  /** Where the address says that the map looks; null: the whole city. */
  readonly view: string | null
  readonly onMove: (view: string | null) => void
  readonly onPick: (thing: MapThing | null) => void
  readonly onHover: (hover: Hover | null) => void
  readonly covered: () => Covered
  /** Another number, and the legend has another size. */
  readonly legendRows: number
}

/** The map and its buttons. What changes each second is painted past React. */
export function SiteMapView(props: SiteMapViewProps) {
  const { hold, map, failure } = useSiteMap(props)
  const {
    places,
    theme,
    tileStyle,
    bands,
    chosen,
    dimmed,
    shown,
    view,
    stepsOf,
    subscribe,
    overlay,
    beside,
  } = props
  useEffect(() => {
    if (map === null) return
    let gone = false
    // Marks hold letters: the font must be there before they are drawn.
    void document.fonts.load('700 11px "Inter Variable"').finally(() => {
      if (!gone) map.setScene({ places, theme, tileStyle, bands })
    })
    return () => {
      gone = true
    }
  }, [map, places, theme, tileStyle, bands])
  useEffect(() => map?.choose(chosen), [map, chosen, places])
  useEffect(() => map?.dim(dimmed), [map, dimmed])
  useEffect(() => map?.show(shown), [map, shown])
  useEffect(() => map?.lay(overlay), [map, overlay])
  useEffect(() => map?.chooseBeside(beside), [map, beside, overlay])
  useEffect(() => map?.refit(), [map, props.legendRows])
  useEffect(() => map?.look(viewOf(view)), [map, view])
  useEffect(() => {
    if (map === null) return
    map.paint(stepsOf(null))
    return subscribe(changed => map.paint(stepsOf(changed)))
  }, [map, stepsOf, subscribe])
  return (
    <div className="site-map">
      <div className="site-map-canvas" ref={hold} />
      {failure !== null && (
        <p className="site-map-failure" role="alert">
          The map needs WebGL, which this browser does not give. The table shows the same sites.
        </p>
      )}
      <Buttons map={map} />
    </div>
  )
}

/** Makes the map when its element is there, and ends it with the element. */
function useSiteMap(props: SiteMapViewProps) {
  const latest = useRef(props)
  const [map, setMap] = useState<SiteMap | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  useEffect(() => {
    latest.current = props
  })
  const hold = useCallback((container: HTMLDivElement) => {
    try {
      const made = new SiteMap({
        container,
        onMove: to => latest.current.onMove(to),
        onPick: thing => latest.current.onPick(thing),
        onHover: hover => latest.current.onHover(hover),
        covered: () => latest.current.covered(),
        onReady: () => performance.mark('arterial:map-ready'),
      })
      setMap(made)
      return () => {
        setMap(null)
        made.destroy()
      }
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error))
      return () => setFailure(null)
    }
  }, [])
  return { hold, map, failure }
}

function Buttons({ map }: { map: SiteMap | null }) {
  const buttons = [
    { label: 'Zoom in', Icon: IconPlus, act: () => map?.zoom(1) },
    { label: 'Zoom out', Icon: IconMinus, act: () => map?.zoom(-1) },
    { label: 'Show the whole city', Icon: IconFocusCentered, act: () => map?.fit() },
  ]
  return (
    <div className="site-map-buttons" role="group" aria-label="Map view">
      {buttons.map(({ label, Icon, act }) => (
        <button
          key={label}
          type="button"
          className="icon-button"
          title={label}
          aria-label={label}
          onClick={act}
        >
          <Icon />
        </button>
      ))}
    </div>
  )
}
