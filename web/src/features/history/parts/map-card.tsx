import { useQuery } from '@tanstack/react-query'
import { useIsPublic } from '../../../api/public-city.tsx'
import { useAddress } from '../../../ui/address.ts'
import { download } from '../../../ui/chart/download.ts'
import { Segmented } from '../../../ui/segmented.tsx'
import { RiskPart } from '../analysis/risk-part.tsx'
import { HotspotPart } from '../hotspots/hotspot-list.tsx'
import { wayOf } from '../hotspots/spots.ts'
import { useSpots } from '../hotspots/use-spots.ts'
import { PlaceMap } from '../map/place-map.tsx'
import { choiceText, type HistoryChoice } from '../model/choice.ts'
import { csvOf, geoJsonOf, leftOutWords } from '../model/export.ts'
import { marksOf, type Marks, type PlacedIncident } from '../model/places.ts'
import { incidents as incidentWords } from '../model/words.ts'
import { riskQuery } from '../queries.ts'
import { usePlayback } from '../use-playback.ts'
import { IncidentTable } from './incident-table.tsx'
import { PlaybackBar } from './playback-bar.tsx'

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
  { value: 'risk', label: 'Next 24 h' },
  { value: 'table', label: 'Table' },
]

/** Where they were: on the map in one of several ways, or as the table that says the same. */
export function MapCard({ choice, incidents, total }: MapCardProps) {
  const { history, view, set } = useAddress()
  const marks = marksOf(history.marks)
  const playback = usePlayback(incidents)
  const shownAs: View = view === 'table' ? 'table' : marks
  const way = wayOf(history.by, useIsPublic())
  const found = useSpots(choice, shownAs === 'hexes' ? way : null)
  const risk = useQuery({ ...riskQuery, enabled: shownAs === 'risk' })
  const left = leftOutWords(incidents.length, total)
  const show = (next: View) =>
    set(
      next === 'table'
        ? { view: 'table' }
        : { view: null, place: null, marks: next === 'clusters' ? null : next },
    )
  return (
    <section className="history-card map-card" aria-labelledby="map-card-title">
      <div className="history-card-head">
        <h2 id="map-card-title">{shownAs === 'risk' ? 'Where to expect them' : 'Where they were'}</h2>
        <p aria-live="polite">
          {shownAs === 'risk'
            ? 'of all incidents'
            : incidentWords(playback.playing ? incidents.length : playback.shown.length)}
        </p>
        <Segmented label="How the places are shown" value={shownAs} options={VIEWS} onChange={show} />
        <Exports choice={choice} incidents={incidents} />
      </div>
      <div className="map-card-body" data-view={view}>
        {view === 'table' ? (
          <IncidentTable incidents={playback.shown} />
        ) : (
          <PlaceMap
            {...{ incidents, marks }}
            shown={playback.shown}
            spots={found.spots}
            risk={risk.data?.result ?? null}
          />
        )}
      </div>
      {shownAs === 'hexes' && <HotspotPart way={way} found={found} />}
      {shownAs === 'risk' && <RiskPart query={risk} />}
      {shownAs !== 'hexes' && shownAs !== 'risk' && <PlaybackBar playback={playback} />}
      {left !== null && <p className="history-note">{left}</p>}
    </section>
  )
}

function Exports({ choice, incidents }: Omit<MapCardProps, 'total'>) {
  const isPublic = useIsPublic()
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
      {!isPublic && (
        <a
          className="text-button"
          href={`/v1/incident-record/export?${choiceText(choice)}`}
          download="incidents.parquet"
          aria-label="Download as Parquet"
        >
          Parquet
        </a>
      )}
    </div>
  )
}
