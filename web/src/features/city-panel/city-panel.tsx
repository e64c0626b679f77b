import './city-panel.css'
import { IconX } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useCityTrends } from '../../analysis/use-city-trends.ts'
import { useLiveSlice } from '../../api/live-context.tsx'
import { isForeign, usePlaces } from '../../api/places.ts'
import { useAddress, useTimeZone, useUnits } from '../../ui/address.ts'
import { chartModels } from '../../ui/chart/chart-models.ts'
import { TimeChart } from '../../ui/chart/time-chart.tsx'
import { words } from '../../ui/format.ts'
import { EmptyNote, ErrorNote, Skeleton } from '../../ui/notes.tsx'
import { WorstList } from './worst-list.tsx'

/** The city, or the chosen district: where it is worst, and the last day beside yesterday and the usual. */
export function CityPanel() {
  const { district, set } = useAddress()
  const name = useLiveSlice(view => view.state?.status.city.name ?? 'The city')
  const empty = useLiveSlice(
    ({ state }) => state !== null && state.city.at === null && state.status.newestAt === null,
  )
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
          <Charts district={district} />
        </>
      )}
    </section>
  )
}

function Charts({ district }: { district: string | null }) {
  const { trends, error, retry } = useCityTrends(district)
  const timeZone = useTimeZone()
  const units = useUnits()
  const models = useMemo(
    () => (trends === null ? null : chartModels(trends, timeZone, units, '15 min')),
    [trends, timeZone, units],
  )
  if (error !== null) return <ErrorNote error={error} onRetry={retry} />
  if (models === null) return <Skeleton height="24rem" label="Loading the last 24 hours" />
  return (
    <div className="panel-charts">
      <h2 className="panel-section">Last 24 hours</h2>
      {models.length === 0 && <EmptyNote title="Nothing was measured in the last 24 hours" />}
      {models.map(model => (
        <TimeChart
          key={model.key}
          model={model}
          timeZone={timeZone}
          fileName={`${district ?? 'city'}-${model.key}-24h`}
        />
      ))}
      {trends?.speed.usual === null && models.length > 0 && (
        <p className="panel-note">“Usual” appears after three days of readings.</p>
      )}
    </div>
  )
}
