import { useEffect } from 'react'
import type { LiveSite } from '../../../src/serve/contract/index.ts'
import type { Band } from './bands.ts'
import { MapSurface } from './frame/map-surface.tsx'
import { drawWithFont, useMap } from './frame/use-map.ts'
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
  const { hold, map, failed } = useMap(props, makeSiteMap)
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
    return drawWithFont('700 11px "Inter Variable"', () => map.setScene({ places, theme, tileStyle, bands }))
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
  return <MapSurface {...{ hold, map, failed }} all="the whole city" things="sites" />
}

function makeSiteMap(container: HTMLElement, latest: () => SiteMapViewProps): SiteMap {
  return new SiteMap({
    container,
    onMove: to => latest().onMove(to),
    onPick: thing => latest().onPick(thing),
    onHover: hover => latest().onHover(hover),
    covered: () => latest().covered(),
    onReady: () => performance.mark('arterial:map-ready'),
  })
}
