import './district-strip.css'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { QUARTER_MS } from '../../analysis/city-trends.ts'
import { useCityNowMs, useLiveSlice } from '../../api/live-context.tsx'
import { districtsQuery, hoursQuery } from '../../api/queries.ts'
import { useAddress, useTimeZone, useUnits } from '../../ui/address.ts'
import { ShortChange } from '../../ui/change.tsx'
import { Skeleton } from '../../ui/notes.tsx'
import { Figure } from '../../ui/quantity.tsx'
import { Spark } from '../../ui/spark.tsx'
import { walkRows } from '../../ui/shortcuts.ts'
import { districtCards, districtTrends, type DistrictCard } from './view-model.ts'

/** The districts side by side; choosing one quiets the rest of the map. */
export function DistrictStrip() {
  const districts = useLiveSlice(view => view.state?.districts ?? null)
  const units = useUnits()
  const trends = useTrends(districts?.map(row => row.district) ?? [])
  const { district, set } = useAddress()
  if (districts === null) {
    return (
      <section className="district-strip" aria-label="Districts">
        <Skeleton height="6.5rem" label="Loading districts" />
      </section>
    )
  }
  // Sites without districts are the city itself, which stands in the panel.
  if (districts.every(row => row.district === 'unassigned')) return null
  return (
    <section className="district-strip" aria-label="Districts" onKeyDown={walkRows}>
      {districtCards(districts, trends, units).map(card => (
        <Card
          key={card.id}
          card={card}
          chosen={card.id === district}
          onChoose={() => set({ district: card.id === district ? null : card.id, site: null })}
        />
      ))}
    </section>
  )
}

function Card({ card, chosen, onChoose }: { card: DistrictCard; chosen: boolean; onChoose: () => void }) {
  return (
    <button type="button" data-row className="district-card" aria-pressed={chosen} onClick={onChoose}>
      <span className="district-head">
        <span className="district-name" title={card.title}>
          {card.title}
        </span>
        {card.change === null ? (
          <span className="change">{card.freeFlow}</span>
        ) : (
          <ShortChange change={card.change} />
        )}
      </span>
      <span className="district-speed">
        <Figure of={card.speed} />
      </span>
      <span className="district-spark">
        {card.spark.length > 0 && (
          <Spark
            values={card.spark}
            baseline={card.sparkBaseline}
            width={160}
            height={26}
            label="Speed, last 24 hours"
          />
        )}
      </span>
      <span className="district-facts">
        <span>
          <b>{card.shareEf}</b> E or F
        </span>
        <span>
          <b>
            <Figure of={card.idle} />
          </b>{' '}
          idle/15 min
        </span>
      </span>
    </button>
  )
}

function useTrends(ids: readonly string[]) {
  const nowMs = useCityNowMs(QUARTER_MS)
  const timeZone = useTimeZone()
  const recent = useQuery({ ...districtsQuery(nowMs ?? 0), enabled: nowMs !== null })
  const hours = useQuery({ ...hoursQuery(nowMs ?? 0), enabled: nowMs !== null && recent.isSuccess })
  const key = ids.join('\n')
  return useMemo(() => {
    if (nowMs === null || recent.data === undefined) return new Map<string, never>()
    return districtTrends(key.split('\n'), {
      recent: recent.data,
      hours: hours.data ?? [],
      endMs: nowMs,
      timeZone,
    })
  }, [key, nowMs, recent.data, hours.data, timeZone])
}
