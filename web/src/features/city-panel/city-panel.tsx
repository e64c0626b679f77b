import './city-panel.css'
import { IconX } from '@tabler/icons-react'
import { useMemo, useState, type ReactNode } from 'react'
import { chosen, QUARTER_MS, type CityHistory, type CityTrends } from '../../analysis/city-trends.ts'
import { dayFacts } from '../../analysis/history-rows.ts'
import { changeAt } from '../../analysis/trend.ts'
import { useCityTrends } from '../../analysis/use-city-trends.ts'
import { useLiveSlice } from '../../api/live-context.tsx'
import { useOfCity } from '../../api/public-city.tsx'
import { isForeign, usePlaces } from '../../api/places.ts'
import { useAddress, useTimeZone, useUnits } from '../../ui/address.ts'
import { noChartWords } from '../../state/history.ts'
import { newestMsOf } from '../../state/picture.ts'
import { chartModels, chartTitles, sameTitles } from '../../ui/chart/chart-models.ts'
import { TimeChart } from '../../ui/chart/time-chart.tsx'
import { clock } from '../../ui/city-time.ts'
import { words } from '../../ui/format.ts'
import { EmptyNote, ErrorNote, Skeleton } from '../../ui/notes.tsx'
import { WorstList } from './worst-list.tsx'

/** The city, or the chosen district: where it is worst, and the last day beside yesterday and the usual. */
export function CityPanel({ today }: { today: ReactNode }) {
  const { district, set } = useAddress()
  const name = useOfCity(city => city.name) ?? 'The city'
  const empty = useLiveSlice(({ state }) => state !== null && newestMsOf(state) === null)
  const { places } = usePlaces()
  const foreign = isForeign(district, places)
  const title = district === null ? name : foreign ? `There is no district ${district}` : words(district)
  return (
    <section className="panel" aria-label={title}>
      <div className="panel-head">
        <div>
          {district !== null && !foreign && <p className="panel-kicker">District of {name}</p>}
          <h1>{title}</h1>
        </div>
        {district !== null && (
          <button
            type="button"
            className="icon-button"
            title="Back to the city (Esc)"
            aria-label="Back to the city"
            onClick={() => set({ district: null })}
          >
            <IconX />
          </button>
        )}
      </div>
      {foreign ? (
        <p className="panel-note">The address may be of another city. Search with “/”.</p>
      ) : empty ? (
        <EmptyNote title="No readings yet">
          Send readings to <code>POST /v1/readings</code>, or replay a file:{' '}
          <code>arterial replay &lt;file&gt;</code>. The page comes alive by itself.
        </EmptyNote>
      ) : (
        <>
          <WorstList district={district} />
          {district === null && today}
          <Charts district={district} />
        </>
      )}
    </section>
  )
}

function Charts({ district }: { district: string | null }) {
  const { trends, history, error, retry } = useCityTrends(district)
  return (
    <>
      {error !== null && <ErrorNote error={error} onRetry={retry} />}
      {trends === null || history === null ? (
        error === null && <Skeleton height="24rem" label="Loading the last 24 hours" />
      ) : (
        <Drawn district={district} trends={trends} history={history} />
      )}
    </>
  )
}

interface DrawnProps {
  readonly district: string | null
  readonly trends: CityTrends
  readonly history: CityHistory
}

function Drawn({ district, trends, history }: DrawnProps) {
  const timeZone = useTimeZone()
  const units = useUnits()
  const titles = useTitles(trends, district)
  const models = useMemo(() => chartModels(trends, titles, units, '15 min'), [trends, titles, units])
  const newestMs = useLiveSlice(({ state }) => (state === null ? null : newestMsOf(state)))
  const none = noChartWords(
    { newestMs, ...dayFacts(chosen(history.recent, district), history.endMs) },
    atMs => clock(atMs, timeZone),
    QUARTER_MS,
  )
  const noUsual = history.quarters !== null && trends.speed.usual === null && trends.wait.usual === null
  return (
    <div className="panel-charts">
      <h2 className="panel-section">Last 24 hours</h2>
      {models.length === 0 && <EmptyNote title={none.title}>{none.detail}</EmptyNote>}
      {models.map(model => (
        <TimeChart
          key={model.key}
          model={model}
          timeZone={timeZone}
          fileName={`${district ?? 'city'}-${model.key}-24h`}
        />
      ))}
      {noUsual && models.length > 0 && (
        <p className="panel-note">“Usual” appears after three days of readings.</p>
      )}
    </div>
  )
}

/** The city's speed also stands in the header, live; the title says nothing else than it does. */
function useTitles(trends: CityTrends, district: string | null) {
  const timeZone = useTimeZone()
  const city = useLiveSlice(view => view.state?.city ?? null)
  const standing =
    district !== null || city?.at == null ? null : changeAt(trends.speed, city.meanSpeedKmh, city.at)
  const now = chartTitles(trends, { speed: standing }, timeZone)
  const [shown, setShown] = useState(now)
  const titles = sameTitles(shown, now)
  if (titles !== shown) setShown(titles)
  return titles
}
