import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { usePlaces } from '../../../api/places.ts'
import { useOfCity } from '../../../api/public-city.tsx'
import type { Place } from '../../../map/streets.ts'
import { useAddress, useTimeZone } from '../../../ui/address.ts'
import { download } from '../../../ui/chart/download.ts'
import { clock, date } from '../../../ui/city-time.ts'
import { Segmented } from '../../../ui/segmented.tsx'
import { useTheme } from '../../../ui/theme/theme.ts'
import { visible } from '../../../ui/visible.ts'
import { HotspotPart } from '../analysis/hotspot-list.tsx'
import type { HistoryChoice } from '../model/choice.ts'
import { csvOf, geoJsonOf, leftOutWords } from '../model/export.ts'
import { cellLines, type HexCell, type Hotspots } from '../model/hotspots.ts'
import { marksOf, type Marks, type PlacedIncident } from '../model/places.ts'
import { incidents as incidentWords, typeLabel } from '../model/words.ts'
import type { Hover } from '../map/incident-map.ts'
import { hotspotsQuery } from '../queries.ts'
import { usePlayback } from '../use-playback.ts'
import { IncidentTable } from './incident-table.tsx'
import { HistoryLegend } from './legend.tsx'
import { PlaybackBar } from './playback-bar.tsx'

const IncidentMapView = lazy(async () => ({
  default: (await import('../map/incident-map-view.tsx')).IncidentMapView,
}))

interface MapCardProps {
  readonly choice: HistoryChoice
  readonly incidents: readonly PlacedIncident[]
  readonly total: number
}

type View = Marks | 'table'
const VIEWS: readonly { value: View; label: string }[] = [
  { value: 'clusters', label: 'Clusters' },
  { value: 'heat', label: 'Heat' },
  { value: 'points', label: 'Points' },
  { value: 'hexes', label: 'Hotspots' },
  { value: 'table', label: 'Table' },
]

/** Where they were: on the map in one of three ways, or as the table that says the same. */
export function MapCard({ choice, incidents, total }: MapCardProps) {
  const { history, view, set } = useAddress()
  const marks = marksOf(history.marks)
  const playback = usePlayback(incidents)
  const isHexes = view !== 'table' && marks === 'hexes'
  const hotspots = useQuery({ ...hotspotsQuery(choice), enabled: isHexes })
  const found = hotspots.data?.result ?? null
  const left = leftOutWords(incidents.length, total)
  const show = (next: View) =>
    set(next === 'table' ? { view: 'table' } : { view: null, marks: next === 'clusters' ? null : next })
  return (
    <section className="history-card map-card" aria-labelledby="map-card-title">
      <div className="history-card-head">
        <h2 id="map-card-title">Where they were</h2>
        <p aria-live="polite">{incidentWords(playback.playing ? incidents.length : playback.shown.length)}</p>
        <Segmented
          label="How the places are shown"
          value={view === 'table' ? 'table' : marks}
          options={VIEWS}
          onChange={show}
        />
        <Exports incidents={incidents} />
      </div>
      <div className="map-card-body" data-view={view}>
        {view === 'table' ? (
          <IncidentTable incidents={playback.shown} />
        ) : (
          <PlaceMap incidents={incidents} shown={playback.shown} marks={marks} hotspots={found} />
        )}
      </div>
      {isHexes ? <HotspotPart query={hotspots} /> : <PlaybackBar playback={playback} />}
      {left !== null && <p className="history-note">{left}</p>}
    </section>
  )
}

function Exports({ incidents }: { incidents: readonly PlacedIncident[] }) {
  const save = (name: string, type: string, text: string) =>
    download(`incidents.${name}`, new Blob([text], { type }))
  return (
    <div className="map-card-exports" role="group" aria-label="Download these incidents">
      <button
        type="button"
        className="text-button"
        onClick={() => save('csv', 'text/csv', csvOf(incidents))}
        aria-label="Download as CSV"
      >
        CSV
      </button>
      <button
        type="button"
        className="text-button"
        onClick={() => save('geojson', 'application/geo+json', JSON.stringify(geoJsonOf(incidents)))}
        aria-label="Download as GeoJSON"
      >
        GeoJSON
      </button>
    </div>
  )
}

interface MapProps {
  readonly incidents: readonly PlacedIncident[]
  readonly shown: readonly PlacedIncident[]
  readonly marks: Marks
  readonly hotspots: Hotspots | null
}

function PlaceMap({ incidents, shown, marks, hotspots }: MapProps) {
  const { history, at, set } = useAddress()
  const { places } = usePlaces()
  const theme = useTheme()
  const tileStyle = useOfCity(city => city.tileStyle)
  const [hover, setHover] = useState<Hover | null>(null)
  const byId = useMemo(() => new Map(incidents.map(each => [each.id, each])), [incidents])
  const cells = useMemo(() => new Map((hotspots?.cells ?? []).map(cell => [cell.cell, cell])), [hotspots])
  const chosen = useMemo((): readonly [number, number] | null => {
    const cell = marks === 'hexes' ? cells.get(history.hotspot ?? '') : undefined
    if (cell !== undefined) return middleOf(cell.outline)
    const found = history.incident === null ? undefined : byId.get(history.incident)
    return found === undefined ? null : [found.longitude, found.latitude]
  }, [byId, cells, marks, history.hotspot, history.incident])
  const onMove = useCallback((view: string | null) => set({ at: view }, 'quiet'), [set])
  const onPick = useCallback((id: string) => set({ incident: id }), [set])
  const onPickCell = useCallback((cell: string) => set({ hotspot: cell }), [set])
  const ground = useGround(places.onMap, incidents)
  return (
    <>
      <Suspense fallback={<div />}>
        <IncidentMapView
          {...{ theme, tileStyle, incidents, shown, marks, hotspots, chosen, onMove, onPick, onPickCell }}
          places={ground}
          view={at}
          onHover={setHover}
        />
      </Suspense>
      <HistoryLegend marks={marks} hotspots={hotspots} />
      {hover?.kind === 'incident' && <IncidentTip hover={hover} incident={byId.get(hover.id)} />}
      {hover?.kind === 'cell' && <CellTip hover={hover} cell={cells.get(hover.id)} />}
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

function middleOf(outline: readonly (readonly [number, number])[]): readonly [number, number] {
  const mean = (of: 0 | 1) => outline.reduce((sum, corner) => sum + corner[of], 0) / outline.length
  return [mean(0), mean(1)]
}

function CellTip({ hover, cell }: { hover: Hover; cell: HexCell | undefined }) {
  if (cell === undefined) return null
  const { title, lines } = cellLines(cell)
  return (
    <div className="history-tip" style={{ left: hover.x, top: hover.y }} aria-hidden="true">
      <strong>{title}</strong>
      {lines.map(line => (
        <span key={line}>{visible(line)}</span>
      ))}
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
