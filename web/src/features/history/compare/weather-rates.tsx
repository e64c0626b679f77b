import { useQuery } from '@tanstack/react-query'
import { useIsPublic } from '../../../api/public-city.tsx'
import { ErrorNote } from '../../../ui/notes.tsx'
import { Computing } from '../analysis/computing.tsx'
import type { HistoryChoice } from '../model/choice.ts'
import { rateNotes, rateTables, type RateTable, type WeatherRatesFound } from './rate-tables.ts'
import { weatherRatesQuery } from '../queries.ts'
import { RatioLine, RatioTicks } from './ratio-line.tsx'

/** How many times as many incidents come in each weather as when it is dry. */
export function WeatherRates({ choice }: { choice: HistoryChoice }) {
  const { data, error, refetch } = useQuery(weatherRatesQuery(choice))
  if (error !== null && data === undefined) return <ErrorNote error={error} onRetry={() => void refetch()} />
  if (data?.result == null) return <Computing>Comparing wet hours with dry ones.</Computing>
  return data.result.compared.length === 0 ? <NoWeather /> : <Found found={data.result} />
}

function Found({ found }: { found: WeatherRatesFound }) {
  return (
    <div className="weather-rates">
      {rateTables(found).map(table => (
        <Rates key={table.title} table={table} />
      ))}
      {rateNotes(found).map(note => (
        <p key={note} className="history-note">
          {note}
        </p>
      ))}
    </div>
  )
}

function Rates({ table: { title, reference, rows } }: { table: RateTable }) {
  return (
    <table className="ratio-table">
      <caption>
        {title} <span>{reference}</span>
      </caption>
      <thead>
        <tr>
          <th scope="col">Weather</th>
          <th scope="col" className="ratio-scale">
            <span className="visually-hidden">Rate over that of dry ones, with its interval</span>
            <RatioTicks />
          </th>
          <th scope="col">Reported</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ weather, label, ratio, words, exposure }) => (
          <tr key={weather}>
            <th scope="row">{label}</th>
            <td className="ratio-scale">
              <RatioLine ratio={ratio} />
            </td>
            <td>
              {words}
              <span>{exposure}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function NoWeather() {
  const isPublic = useIsPublic()
  return (
    <p className="history-note">
      Of no hour of the record the weather is known.
      {!isPublic && (
        <>
          {' '}
          Bring it in with <code>arterial import weather climate_daily.csv --preset eccc-daily</code>, or poll
          it (a feed of the stream weather).
        </>
      )}
    </p>
  )
}
