import './weather.css'
import { IconX } from '@tabler/icons-react'
import { useCityNowMs } from '../../api/live-context.tsx'
import { GlyphIcon } from '../../map/overlay/sign.tsx'
import { useAddress, useTimeZone, useUnits } from '../../ui/address.ts'
import { moment } from '../../ui/city-time.ts'
import { ago, quantity } from '../../ui/format.ts'
import { EmptyNote, ErrorNote, Skeleton } from '../../ui/notes.tsx'
import { ForecastSteps } from './forecast-steps.tsx'
import { useForecast, useStations } from './use-weather.ts'
import {
  conditionWords,
  forecastSteps,
  glyphOf,
  isOld,
  temperature,
  weatherFacts,
  weatherParts,
  type Station,
} from './view-model.ts'

const PANEL_STEPS = 12

/** One weather station: what it measured last, what is foretold there, and the others. */
export function WeatherPanel({ id }: { id: string }) {
  const { stations, error, loading, retry } = useStations()
  const { set } = useAddress()
  const station = stations.find(each => each.id === id)
  const title = station?.name ?? (loading ? id : `No weather of ${id}`)
  return (
    <section className="panel" aria-label={title}>
      <div className="panel-head">
        <div>
          <p className="panel-kicker">Weather station</p>
          <h1>{title}</h1>
        </div>
        <button
          type="button"
          className="icon-button"
          title="Back to the city (Esc)"
          aria-label="Close this station"
          onClick={() => set({ station: null })}
        >
          <IconX />
        </button>
      </div>
      {error !== null && <ErrorNote error={error} onRetry={retry} />}
      {station !== undefined ? (
        <Now station={station} />
      ) : loading ? (
        <Skeleton height="16rem" label="Loading the weather" />
      ) : (
        <EmptyNote title="Nothing measured here in the last three hours" />
      )}
      <Others stations={stations.filter(each => each.id !== id)} />
    </section>
  )
}

function Now({ station }: { station: Station }) {
  const units = useUnits()
  const timeZone = useTimeZone()
  const nowMs = useCityNowMs(60_000)
  const steps = forecastSteps(useForecast(station.id), nowMs, PANEL_STEPS)
  const { newest } = station
  const age = ago(Math.max(0, nowMs - newest.observed_at))
  return (
    <>
      <div className="weather-head">
        <GlyphIcon of={glyphOf(newest.condition)} size={44} />
        <span>
          <strong>{quantity(temperature(newest.temperature_c, units))}</strong>
          <span>
            {conditionWords(newest.condition)}
            {isOld(newest, nowMs) && ', measured long ago'}
          </span>
        </span>
      </div>
      <dl className="weather-facts">
        {weatherFacts(newest, units).map(({ key, label, text }) => (
          <div key={key}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p className="panel-note">
        Measured {moment(newest.observed_at, nowMs, timeZone)}, {age}
      </p>
      {steps.length > 0 && (
        <div>
          <h2 className="panel-section">Foretold</h2>
          <ForecastSteps steps={steps} />
        </div>
      )}
    </>
  )
}

function Others({ stations }: { stations: readonly Station[] }) {
  const units = useUnits()
  const { set } = useAddress()
  if (stations.length === 0) return null
  return (
    <div>
      <h2 className="panel-section">Other stations</h2>
      <ul className="weather-others">
        {stations.map(({ id, name, newest }) => (
          <li key={id}>
            <button type="button" onClick={() => set({ station: id })}>
              <GlyphIcon of={glyphOf(newest.condition)} size={18} />
              <span>{name}</span>
              <span>{weatherParts(newest, units).join(' · ')}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
