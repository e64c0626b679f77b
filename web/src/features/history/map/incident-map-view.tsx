import { useEffect } from 'react'
import { MapSurface } from '../../../map/frame/map-surface.tsx'
import { drawWithFont, useMap } from '../../../map/frame/use-map.ts'
import type { Theme } from '../../../map/ramp.ts'
import type { Place } from '../../../map/streets.ts'
import { viewOf } from '../../../map/view.ts'
import type { Spots } from '../hotspots/spots.ts'
import type { riskAreas } from '../model/risk.ts'
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
  readonly spots: Spots | null
  readonly risks: ReturnType<typeof riskAreas> | null
  readonly chosen: readonly [number, number] | null
  readonly view: string | null
  readonly onMove: (view: string | null) => void
  readonly onPick: (id: string) => void
  readonly onPickArea: (area: string) => void
  readonly onPickPlace: (latitude: number, longitude: number) => void
  readonly onHover: (hover: Hover | null) => void
}

export function IncidentMapView(props: IncidentMapViewProps) {
  const { hold, map, failed } = useMap(props, makeIncidentMap)
  const { places, theme, tileStyle, incidents, shown, marks, spots, risks, chosen, view } = props
  useEffect(() => {
    if (map === null) return
    return drawWithFont('400 11px "Inter Variable"', () => map.setGround({ places, theme, tileStyle }))
  }, [map, places, theme, tileStyle])
  useEffect(() => map?.frame(incidents), [map, incidents])
  useEffect(() => map?.as(marks), [map, marks])
  useEffect(() => map?.show(shown), [map, shown])
  useEffect(() => map?.spots(spots), [map, spots])
  useEffect(() => map?.risks(risks), [map, risks])
  useEffect(() => map?.choose(chosen), [map, chosen])
  useEffect(() => map?.look(viewOf(view)), [map, view])
  return <MapSurface {...{ hold, map, failed }} all="all incidents" things="incidents" />
}

function makeIncidentMap(container: HTMLElement, latest: () => IncidentMapViewProps): IncidentMap {
  return new IncidentMap({
    container,
    onMove: to => latest().onMove(to),
    onPick: id => latest().onPick(id),
    onPickArea: area => latest().onPickArea(area),
    onPickPlace: (latitude, longitude) => latest().onPickPlace(latitude, longitude),
    onHover: hover => latest().onHover(hover),
  })
}
