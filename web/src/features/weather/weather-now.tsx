import './weather.css'
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { useCityNowMs } from '../../api/live-context.tsx'
import { GlyphIcon } from '../../map/overlay/sign.tsx'
import { applyTo, useUnits } from '../../ui/address.ts'
import { ForecastSteps } from './forecast-steps.tsx'
import { useCityStation, useForecast } from './use-weather.ts'
import { conditionWords, forecastSteps, glyphOf, weatherParts, type Station } from './view-model.ts'

/** The weather in one quiet line; nothing where nobody observes it, or nobody has lately. */
export function WeatherNow() {
  const station = useCityStation()
  return station === null ? null : <Line station={station} />
}

const CARD_STEPS = 6

function Line({ station }: { station: Station }) {
  const units = useUnits()
  const [parameters] = useSearchParams()
  const [open, setOpen] = useState(false)
  const { newest } = station
  const to = new URLSearchParams(parameters)
  applyTo(to, { station: station.id })
  return (
    <div
      className="weather-now"
      onPointerEnter={() => setOpen(true)}
      onPointerLeave={() => setOpen(false)}
      onFocus={() => setOpen(true)}
      onBlur={() => setOpen(false)}
      onKeyDown={event => {
        if (event.key !== 'Escape' || !open) return
        event.stopPropagation()
        setOpen(false)
      }}
    >
      <Link className="weather-link" to={{ pathname: '/', search: to.toString() }}>
        <GlyphIcon of={glyphOf(newest.condition)} />
        <span className="visually-hidden">Weather: {conditionWords(newest.condition)}, </span>
        {weatherParts(newest, units).join(' · ')}
      </Link>
      {open && <Card station={station} />}
    </div>
  )
}

/** What is foretold, beside the pointer; the same stands in the station's panel. */
function Card({ station }: { station: Station }) {
  const rows = useForecast(station.id)
  const nowMs = useCityNowMs(60_000)
  const steps = forecastSteps(rows, nowMs, CARD_STEPS)
  return (
    <div className="weather-card" aria-hidden="true">
      <strong>{conditionWords(station.newest.condition)}</strong>
      {steps.length === 0 ? <p>No forecast has come.</p> : <ForecastSteps steps={steps} />}
      <p>Measured at {station.name}</p>
    </div>
  )
}
