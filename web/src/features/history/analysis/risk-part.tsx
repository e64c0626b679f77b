import './analysis.css'
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { IncidentRisk } from '../../../../../src/serve/contract/index.ts'
import { useAddress } from '../../../ui/address.ts'
import { ErrorNote } from '../../../ui/notes.tsx'
import { walkRows } from '../../../ui/shortcuts.ts'
import { visible } from '../../../ui/visible.ts'
import {
  expectedWords,
  hourWords,
  qualityWords,
  reasonsOf,
  riskDoubts,
  riskTitle,
  type Risk,
  type RiskOfPlace,
} from '../model/risk.ts'
import { placeName } from '../model/words.ts'
import { riskQualityQuery } from '../queries.ts'
import { Computing } from './computing.tsx'
import { HourBars } from './hour-bars.tsx'

const SHOWN = 8

/** What is to be expected where, when and why; or why nothing is said. */
export function RiskPart({ query: { data, error, refetch } }: { query: UseQueryResult<IncidentRisk> }) {
  if (error !== null && data === undefined) return <ErrorNote error={error} onRetry={() => void refetch()} />
  if (data?.result == null) return <Computing>Learning from the record what is to be expected.</Computing>
  if (data.result.is_too_short)
    return (
      <p className="history-note">
        Nothing can be expected yet: the record has fewer than 60 whole days, or no communities. Name their
        file under <code>incidents.communities</code> in the settings.
      </p>
    )
  return <RiskList risk={data.result} />
}

function RiskList({ risk }: { risk: Risk }) {
  const { history } = useAddress()
  const chosen = risk.communities.find(({ community }) => community === history.place) ?? null
  const first = risk.communities.slice(0, SHOWN)
  const shown = chosen === null || first.includes(chosen) ? first : [...first, chosen]
  return (
    <div className="risk">
      <h3>{riskTitle(risk)}</h3>
      <div className="risk-columns">
        <div>
          <p className="risk-caption">
            {chosen === null ? 'The whole city' : visible(placeName(chosen.community))}, by hour:{' '}
            {expectedWords(sum(chosen?.by_hour ?? risk.by_hour))}
          </p>
          <HourBars hours={risk.hours} values={chosen?.by_hour ?? risk.by_hour} />
        </div>
        <ol className="risk-list" onKeyDown={walkRows}>
          {shown.map(place => (
            <RiskRow key={place.community} risk={risk} place={place} isChosen={place === chosen} />
          ))}
        </ol>
      </div>
      <p className="history-note">{riskDoubts(risk).join(' ')}</p>
      <Quality />
    </div>
  )
}

interface RowProps {
  readonly risk: Risk
  readonly place: RiskOfPlace
  readonly isChosen: boolean
}

function RiskRow({ risk, place, isChosen }: RowProps) {
  const { set } = useAddress()
  const share = place.expected / Math.max(1e-9, risk.communities[0]?.expected ?? 0)
  return (
    <li>
      <button
        type="button"
        data-row
        aria-pressed={isChosen}
        style={{ '--share': share } as React.CSSProperties}
        onClick={() => set({ place: isChosen ? null : place.community })}
      >
        <b>{visible(placeName(place.community))}</b>
        <span>{expectedWords(place.expected)}</span>
      </button>
      {isChosen && (
        <div className="risk-reasons">
          <p>Why, at its peak on {hourWords(risk.hours, place.peak)}:</p>
          <ul>
            {reasonsOf(place).map(reason => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </div>
      )}
    </li>
  )
}

function Quality() {
  const { data } = useQuery(riskQualityQuery)
  if (data?.result == null) return <p className="history-note">How good it is, is being computed …</p>
  return <p className="history-note">{qualityWords(data.result)}</p>
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
