import './district-strip.css'
import { useMemo } from 'react'
import { useCityHistory } from '../../analysis/use-city-trends.ts'
import { useLiveSlice } from '../../api/live-context.tsx'
import { useAddress, useTimeZone, useUnits } from '../../ui/address.ts'
import { ShortChange } from '../../ui/change/change.tsx'
import { clock } from '../../ui/city-time.ts'
import { Skeleton } from '../../ui/notes.tsx'
import { Figure } from '../../ui/quantity.tsx'
import { Spark } from '../../ui/spark/spark.tsx'
import { walkRows } from '../../ui/shortcuts.ts'
import { districtCards, districtTrends, type DistrictCard } from './view-model.ts'

/** The districts side by side; choosing one quiets the rest of the map. */
export function DistrictStrip() {
  const districts = useLiveSlice(view => view.state?.districts ?? null)
  const units = useUnits()
  const { trends, loading } = useTrends(districts?.map(row => row.district) ?? [])
  const { district, set } = useAddress()
  if (districts === null) {
    return (
      <section className="district-area" aria-label="Districts">
        <Skeleton height="7.75rem" label="Loading districts" />
      </section>
    )
  }
  // Sites without districts are the city itself, which stands in the panel.
  if (districts.every(row => row.district === 'unassigned')) return null
  const cards = districtCards(districts, trends, units)
  return (
    <section className="district-area" aria-label="Districts" onKeyDown={walkRows}>
      <WindowNote cards={cards} />
      <div className="district-strip">
        {cards.map(card => (
          <Card
            key={card.id}
            card={card}
            loading={loading}
            chosen={card.id === district}
            onChoose={() => set({ district: card.id === district ? null : card.id, site: null })}
          />
        ))}
      </div>
    </section>
  )
}

/** Of which quarter-hour all the cards are: a window that has just opened says nothing yet. */
function WindowNote({ cards }: { cards: readonly DistrictCard[] }) {
  const timeZone = useTimeZone()
  const card = cards.find(({ silent }) => !silent)
  if (card === undefined) return null
  return (
    <p className="district-window">
      Districts, {clock(card.fromMs, timeZone)}–{clock(card.toMs, timeZone)}
    </p>
  )
}

interface CardProps {
  readonly card: DistrictCard
  /** What it is compared with is not there yet. */
  readonly loading: boolean
  readonly chosen: boolean
  readonly onChoose: () => void
}

function Card({ card, loading, chosen, onChoose }: CardProps) {
  const timeZone = useTimeZone()
  return (
    <button type="button" data-row className="district-card" aria-pressed={chosen} onClick={onChoose}>
      <span className="district-head">
        <span className="district-name" title={card.title}>
          {card.title}
        </span>
        {loading ? <span className="skeleton district-wait" /> : <Comparison card={card} />}
      </span>
      <span className="district-speed">{card.speed !== null && <Figure of={card.speed} />}</span>
      <span className="district-spark">
        {loading ? (
          <span className="skeleton district-wait" />
        ) : (
          card.spark.some(value => value !== null) && (
            <Spark
              values={card.spark}
              baseline={card.sparkBaseline}
              width={160}
              height={26}
              label="Speed, last 24 hours"
            />
          )
        )}
      </span>
      <span className="district-facts">
        {card.silent ? <span>Not measured since {clock(card.toMs, timeZone)}</span> : <Facts card={card} />}
      </span>
    </button>
  )
}

function Comparison({ card: { change, freeFlow } }: { card: DistrictCard }) {
  if (change !== null) return <ShortChange change={change} />
  return freeFlow === null ? null : <span className="change">{freeFlow}</span>
}

function Facts({ card: { shareEf, idle } }: { card: DistrictCard }) {
  return (
    <>
      {shareEf !== null && (
        <span title="Share of the sites at grade E or F">
          <b>{shareEf}</b> E or F
        </span>
      )}
      {idle !== null && (
        <span title="Time that vehicles stood in queues">
          <b>
            <Figure of={idle} />
          </b>{' '}
          idle
        </span>
      )}
    </>
  )
}

function useTrends(ids: readonly string[]) {
  const { history, error } = useCityHistory()
  const key = ids.join('\n')
  const trends = useMemo(() => districtTrends(key.split('\n'), history), [key, history])
  return { trends, loading: history === null && error === null }
}
