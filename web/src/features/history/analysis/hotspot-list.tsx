import './analysis.css'
import type { UseQueryResult } from '@tanstack/react-query'
import type { IncidentHotspots } from '../../../../../src/serve/contract/index.ts'
import { useAddress } from '../../../ui/address.ts'
import { ErrorNote } from '../../../ui/notes.tsx'
import { walkRows } from '../../../ui/shortcuts.ts'
import { visible } from '../../../ui/visible.ts'
import { hotspotWords, spotsOf, STANDINGS, type Hotspots } from '../model/hotspots.ts'
import { Computing } from './computing.tsx'
import { StandingSign } from '../parts/legend.tsx'

const SHOWN = 12

/** The hot places of the map as a list, the hottest first; one chosen here is shown there. */
function HotspotList({ found }: { found: Hotspots }) {
  const { history, set } = useAddress()
  const spots = spotsOf(found, SHOWN)
  return (
    <div className="hotspots">
      <h3>Hotspots</h3>
      {spots.length === 0 && (
        <p className="history-note">
          Nowhere more than chance would make. Choose more days or fewer conditions to judge by more
          incidents.
        </p>
      )}
      <ol onKeyDown={walkRows}>
        {spots.map(spot => (
          <li key={spot.cell}>
            <button
              type="button"
              data-row
              aria-pressed={history.place === spot.cell}
              onClick={() => set({ place: history.place === spot.cell ? null : spot.cell })}
            >
              <StandingSign standing={spot.standing} />
              <span className="hotspot-name">
                <b>{visible(spot.name)}</b>
                {spot.place !== null && <span>{visible(spot.place)}</span>}
              </span>
              <span className="hotspot-figures">
                <span>
                  <b>{STANDINGS.find(({ standing }) => standing === spot.standing)?.label.split(':')[0]}</b>
                  {spot.change !== null && `, ${spot.change}`}
                </span>
                <span>{spot.figures}</span>
              </span>
            </button>
          </li>
        ))}
      </ol>
      <p className="history-note">{hotspotWords(found)}</p>
    </div>
  )
}

/** The list of the hexagons, or why there is none yet. */
export function HotspotPart({
  query: { data, error, refetch },
}: {
  query: UseQueryResult<IncidentHotspots>
}) {
  if (error !== null && data === undefined) return <ErrorNote error={error} onRetry={() => void refetch()} />
  if (data?.result != null) return <HotspotList found={data.result} />
  return <Computing>Looking for hotspots: chance is dealt a hundred thousand times.</Computing>
}
