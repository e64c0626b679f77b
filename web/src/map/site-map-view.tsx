import 'maplibre-gl/dist/maplibre-gl.css'
import './site-map-view.css'
import { useEffect, useRef, useState } from 'react'
import { IconFocusCentered, IconMinus, IconPlus } from '@tabler/icons-react'
import type { LiveSite } from '../../../src/serve/contract/index.ts'
import type { Band } from './bands.ts'
import type { Theme } from './ramp.ts'
import { SiteMap, type Hover } from './site-map.ts'
import type { Place } from './streets.ts'

export interface SiteMapViewProps {
  readonly places: readonly Place[]
  readonly theme: Theme
  readonly tileStyle: string | null
  readonly bands: readonly Band[]
  readonly chosen: string | null
  readonly dimmed: ReadonlySet<string>
  /** Present steps of all sites. */
  readonly stepsOf: (sites: readonly LiveSite[] | null) => readonly (readonly [string, number | null])[]
  /** Tells which sites changed; null for all. */
  readonly subscribe: (listener: (changed: readonly LiveSite[] | null) => void) => () => void
  readonly onPick: (id: string | null) => void
  readonly onHover: (hover: Hover | null) => void
}

/** The map and its buttons. Changes of a second are painted once a frame, past React. */
export function SiteMapView(props: SiteMapViewProps) {
  const { places, theme, tileStyle, bands, chosen, dimmed, stepsOf, subscribe } = props
  const container = useRef<HTMLDivElement>(null)
  const latest = useRef(props)
  const [map, setMap] = useState<SiteMap | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  useEffect(() => {
    latest.current = props
  })

  useEffect(() => {
    if (container.current === null) return
    let made: SiteMap
    try {
      made = new SiteMap({
        container: container.current,
        onPick: id => latest.current.onPick(id),
        onHover: hover => latest.current.onHover(hover),
        onReady: () => performance.mark('arterial:map-ready'),
      })
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error))
      return
    }
    setMap(made)
    return () => made.destroy()
  }, [])

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
  useEffect(() => {
    if (map === null) return
    map.paint(stepsOf(null))
    return subscribe(changed => map.paint(stepsOf(changed)))
  }, [map, stepsOf, subscribe])

  return (
    <div className="site-map">
      <div className="site-map-canvas" ref={container} />
      {failure !== null && (
        <p className="site-map-failure" role="alert">
          The map needs WebGL, which this browser does not give. The table shows the same sites.
        </p>
      )}
      <div className="site-map-buttons" role="group" aria-label="Map view">
        <button
          type="button"
          className="icon-button"
          title="Zoom in"
          aria-label="Zoom in"
          onClick={() => map?.zoom(1)}
        >
          <IconPlus />
        </button>
        <button
          type="button"
          className="icon-button"
          title="Zoom out"
          aria-label="Zoom out"
          onClick={() => map?.zoom(-1)}
        >
          <IconMinus />
        </button>
        <button
          type="button"
          className="icon-button"
          title="Show the whole city"
          aria-label="Show the whole city"
          onClick={() => map?.fit()}
        >
          <IconFocusCentered />
        </button>
      </div>
    </div>
  )
}
