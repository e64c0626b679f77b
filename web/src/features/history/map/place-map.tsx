import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { usePlaces } from '../../../api/places.ts'
import { useOfCity } from '../../../api/public-city.tsx'
import type { Place } from '../../../map/streets.ts'
import { useAddress, useTimeZone } from '../../../ui/address.ts'
import { clock, date } from '../../../ui/city-time.ts'
import { useTheme } from '../../../ui/theme/theme.ts'
import { visible } from '../../../ui/visible.ts'
import type { Spots } from '../hotspots/spots.ts'
import { placeOf, placeText } from '../compare/place-words.ts'
import type { Marks, PlacedIncident } from '../model/places.ts'
import { expectedWords, riskAreas, type Risk, type RiskOfPlace } from '../model/risk.ts'
import { placeName, typeLabel } from '../model/words.ts'
import { HistoryLegend } from '../parts/legend.tsx'
import { outlinesQuery } from '../queries.ts'
import type { Hover } from './incident-map.ts'

const IncidentMapView = lazy(async () => ({
  default: (await import('./incident-map-view.tsx')).IncidentMapView,
}))

interface MapProps {
  readonly incidents: readonly PlacedIncident[]
  readonly shown: readonly PlacedIncident[]
  readonly marks: Marks
  readonly spots: Spots | null
  readonly risk: Risk | null
}

/** The map of the chosen incidents, or of what is made of them. */
export function PlaceMap({ incidents, shown, marks, spots, risk }: MapProps) {
  const { history, at, set } = useAddress()
  const { places } = usePlaces()
  const theme = useTheme()
  const tileStyle = useOfCity(city => city.tileStyle)
  const [hover, setHover] = useState<Hover | null>(null)
  const byId = useMemo(() => new Map(incidents.map(each => [each.id, each])), [incidents])
  const chosen = useMemo((): readonly [number, number] | null => {
    const spot = marks === 'hexes' ? spots?.middles.get(history.place ?? '') : undefined
    if (spot !== undefined) return spot
    const near = history.compare === 'place' ? placeOf(history.near ?? '') : null
    if (near !== null) return [near.longitude, near.latitude]
    const found = history.incident === null ? undefined : byId.get(history.incident)
    return found === undefined ? null : [found.longitude, found.latitude]
  }, [byId, spots, marks, history.place, history.incident, history.compare, history.near])
  const onMove = useCallback((view: string | null) => set({ at: view }, 'quiet'), [set])
  const onPick = useCallback((id: string) => set({ incident: id }), [set])
  const onPickArea = useCallback((area: string) => set({ place: area }), [set])
  const isAsking = history.compare === 'place'
  const onPickPlace = useCallback(
    (latitude: number, longitude: number) => {
      if (isAsking) set({ near: placeText(latitude, longitude) })
    },
    [isAsking, set],
  )
  const outlines = useQuery({ ...outlinesQuery, enabled: marks === 'risk' })
  const risks = useMemo(
    () =>
      risk === null || outlines.data === undefined ? null : riskAreas(outlines.data, risk, history.place),
    [risk, outlines.data, history.place],
  )
  const ground = useGround(places.onMap, incidents)
  return (
    <>
      <Suspense fallback={<div />}>
        <IncidentMapView
          {...{
            theme,
            tileStyle,
            incidents,
            shown,
            marks,
            spots,
            risks,
            chosen,
            onMove,
            onPick,
            onPickArea,
            onPickPlace,
          }}
          places={ground}
          view={at}
          onHover={setHover}
        />
      </Suspense>
      <HistoryLegend marks={marks} spots={spots} />
      {hover?.kind === 'incident' && <IncidentTip hover={hover} incident={byId.get(hover.id)} />}
      {hover?.kind === 'area' && marks === 'hexes' && <SpotTip hover={hover} spots={spots} />}
      {hover?.kind === 'area' && marks === 'risk' && (
        <RiskTip hover={hover} place={risk?.communities.find(({ community }) => community === hover.id)} />
      )}
    </>
  )
}

/** The city's sites; a city without any gets its ground from where its incidents were at first. */
function useGround(sites: readonly Place[], incidents: readonly PlacedIncident[]): readonly Place[] {
  const [first, setFirst] = useState(incidents)
  if (first.length === 0 && incidents.length > 0) setFirst(incidents)
  return useMemo(
    () =>
      sites.length > 0
        ? sites
        : first.map(({ id, longitude, latitude }) => ({ id, name: null, district: '', longitude, latitude })),
    [sites, first],
  )
}

function SpotTip({ hover, spots }: { hover: Hover; spots: Spots | null }) {
  const tip = spots?.tipOf(hover.id) ?? null
  if (tip === null) return null
  const { title, lines } = tip
  return (
    <div className="history-tip" style={{ left: hover.x, top: hover.y }} aria-hidden="true">
      <strong>{title}</strong>
      {lines.map(line => (
        <span key={line}>{visible(line)}</span>
      ))}
    </div>
  )
}

function RiskTip({ hover, place }: { hover: Hover; place: RiskOfPlace | undefined }) {
  if (place === undefined) return null
  return (
    <div className="history-tip" style={{ left: hover.x, top: hover.y }} aria-hidden="true">
      <strong>{visible(placeName(place.community))}</strong>
      <span>{expectedWords(place.expected)}</span>
    </div>
  )
}

function IncidentTip({ hover, incident }: { hover: Hover; incident: PlacedIncident | undefined }) {
  const timeZone = useTimeZone()
  if (incident === undefined) return null
  return (
    <div className="history-tip" style={{ left: hover.x, top: hover.y }} aria-hidden="true">
      <strong>{typeLabel(incident.type)}</strong>
      {incident.title !== null && <span>{visible(incident.title)}</span>}
      <span>
        {date(incident.atMs, timeZone)} {clock(incident.atMs, timeZone)}
      </span>
    </div>
  )
}
