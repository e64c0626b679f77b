import 'maplibre-gl/dist/maplibre-gl.css'
import '../../../map/site-map-view.css'
import { IconFocusCentered, IconMinus, IconPlus } from '@tabler/icons-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Theme } from '../../../map/ramp.ts'
import type { Place } from '../../../map/streets.ts'
import { viewOf } from '../../../map/view.ts'
import type { Marks, PlacedIncident } from '../model/places.ts'
import { IncidentMap, type Hover } from './incident-map.ts'

export interface IncidentMapViewProps {
  readonly places: readonly Place[]
  readonly theme: Theme
  readonly tileStyle: string | null
  /** All that is chosen: what the view is fitted to. */
  readonly incidents: readonly PlacedIncident[]
  /** What of it is drawn: all, or what the playback is at. */
  readonly shown: readonly PlacedIncident[]
  readonly marks: Marks
  readonly chosen: readonly [number, number] | null
  readonly view: string | null
  readonly onMove: (view: string | null) => void
  readonly onPick: (id: string) => void
  readonly onHover: (hover: Hover | null) => void
}

export function IncidentMapView(props: IncidentMapViewProps) {
  const { hold, map, failed } = useIncidentMap(props)
  const { places, theme, tileStyle, incidents, shown, marks, chosen, view } = props
  useEffect(() => {
    let gone = false
    void document.fonts.load('400 11px "Inter Variable"').finally(() => {
      if (!gone) map?.setGround({ places, theme, tileStyle })
    })
    return () => {
      gone = true
    }
  }, [map, places, theme, tileStyle])
  useEffect(() => map?.frame(incidents), [map, incidents])
  useEffect(() => map?.as(marks), [map, marks])
  useEffect(() => map?.show(shown), [map, shown])
  useEffect(() => map?.choose(chosen), [map, chosen])
  useEffect(() => map?.look(viewOf(view)), [map, view])
  return (
    <div className="site-map">
      <div className="site-map-canvas" ref={hold} />
      {failed && (
        <p className="site-map-failure" role="alert">
          The map needs WebGL, which this browser does not give. The table shows the same incidents.
        </p>
      )}
      <Buttons map={map} />
    </div>
  )
}

/** Makes the map when its element is there, and ends it with the element. */
function useIncidentMap(props: IncidentMapViewProps) {
  const latest = useRef(props)
  const [map, setMap] = useState<IncidentMap | null>(null)
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    latest.current = props
  })
  const hold = useCallback((container: HTMLDivElement) => {
    try {
      const made = new IncidentMap({
        container,
        onMove: to => latest.current.onMove(to),
        onPick: id => latest.current.onPick(id),
        onHover: hover => latest.current.onHover(hover),
      })
      setMap(made)
      return () => {
        setMap(null)
        made.destroy()
      }
    } catch {
      setFailed(true)
      return () => setFailed(false)
    }
  }, [])
  return { hold, map, failed }
}

function Buttons({ map }: { map: IncidentMap | null }) {
  const buttons = [
    { label: 'Zoom in', Icon: IconPlus, act: () => map?.zoom(1) },
    { label: 'Zoom out', Icon: IconMinus, act: () => map?.zoom(-1) },
    { label: 'Show all incidents', Icon: IconFocusCentered, act: () => map?.fit() },
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
