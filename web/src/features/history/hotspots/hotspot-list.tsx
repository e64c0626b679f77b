import '../analysis/analysis.css'
import { useIsPublic } from '../../../api/public-city.tsx'
import { useAddress } from '../../../ui/address.ts'
import { ErrorNote } from '../../../ui/notes.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import { walkRows } from '../../../ui/shortcuts.ts'
import { visible } from '../../../ui/visible.ts'
import { Computing } from '../analysis/computing.tsx'
import { StandingSign } from '../parts/legend.tsx'
import { waysOf, type Spots, type Way } from './spots.ts'
import type { SpotsFound } from './use-spots.ts'

const COMPUTING: Readonly<Record<Way, string>> = {
  cells: 'Looking for hotspots: chance is dealt a hundred thousand times.',
  clusters: 'Looking for places where incidents lie close together.',
  rates: 'Counting the traffic of each site.',
}

/** The hot places of the map as a list, found one of three ways, or why there is none yet. */
export function HotspotPart({ way, found }: { way: Way; found: SpotsFound }) {
  const { set } = useAddress()
  const isPublic = useIsPublic()
  return (
    <div className="hotspots">
      <div className="hotspots-head">
        <h3>Hotspots</h3>
        <Segmented
          label="How hotspots are found"
          value={way}
          options={waysOf(isPublic)}
          onChange={next => set({ by: next === 'cells' ? null : next, place: null })}
        />
      </div>
      {found.spots !== null ? (
        <HotspotList spots={found.spots} />
      ) : found.error !== null ? (
        <ErrorNote error={found.error} onRetry={found.refetch} />
      ) : (
        <Computing>{COMPUTING[way]}</Computing>
      )}
    </div>
  )
}

/** The first ones; one chosen here is shown on the map. */
function HotspotList({ spots }: { spots: Spots }) {
  const { history, set } = useAddress()
  return (
    <>
      {spots.rows.length === 0 && <p className="history-note">{spots.none}</p>}
      <ol onKeyDown={walkRows}>
        {spots.rows.map(({ id, standing, label, name, place, figures, change }) => (
          <li key={id}>
            <button
              type="button"
              data-row
              aria-pressed={history.place === id}
              onClick={() => set({ place: history.place === id ? null : id })}
            >
              <StandingSign standing={standing} way={spots.way} />
              <span className="hotspot-name">
                <b>{visible(name)}</b>
                {place !== null && <span>{visible(place)}</span>}
              </span>
              <span className="hotspot-figures">
                <span>
                  <b>{label}</b>
                  {change !== null && `, ${change}`}
                </span>
                <span>{figures}</span>
              </span>
            </button>
          </li>
        ))}
      </ol>
      <p className="history-note">{spots.words}</p>
    </>
  )
}
