import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAddress } from '../../../ui/address.ts'
import { count } from '../../../ui/format.ts'
import { ErrorNote } from '../../../ui/notes.tsx'
import { Computing } from '../analysis/computing.tsx'
import type { HistoryChoice } from '../model/choice.ts'
import {
  changeWords,
  FIRST_CHANGE,
  LAST_CHANGE,
  mayBeChanged,
  placeChangeOf,
  placeOf,
  placeText,
  RADII_M,
  radiusOf,
  SPANS_DAYS,
  spanOf,
  type PlaceChange as Change,
} from './place-words.ts'
import { beforeAfterQuery } from '../queries.ts'
import { RatioLine, RatioTicks } from './ratio-line.tsx'

/** Whether a place changed by more than it would have anyway. */
export function PlaceChange({ choice }: { choice: HistoryChoice }) {
  const { history } = useAddress()
  const change = placeChangeOf(history)
  return (
    <div className="place-change">
      <Asked />
      {change === null ? (
        <p className="history-note">
          Click a place on the map, or give its latitude and longitude, and the day from which on something
          was otherwise: a new signal, a lower limit, works. An incident that is open offers its place, too.
        </p>
      ) : (
        <Answer choice={choice} change={change} />
      )}
    </div>
  )
}

function Asked() {
  const { history, set } = useAddress()
  return (
    <div className="history-filters" role="group" aria-label="Which place and when">
      <PlaceField key={history.near} near={history.near} />
      <label className="history-field">
        <span>Changed on</span>
        <input
          type="date"
          min={FIRST_CHANGE}
          max={LAST_CHANGE}
          value={history.changed ?? ''}
          onChange={event => {
            const day = event.target.value
            if (day === '' || mayBeChanged(day)) set({ changed: day === '' ? null : day })
          }}
        />
      </label>
      <label className="history-field">
        <span>Within</span>
        <select value={radiusOf(history)} onChange={event => set({ radius: event.target.value })}>
          {RADII_M.map(radius => (
            <option key={radius} value={radius}>
              {count(radius)} m
            </option>
          ))}
        </select>
      </label>
      <label className="history-field">
        <span>Days before and after</span>
        <select value={spanOf(history)} onChange={event => set({ days: event.target.value })}>
          {SPANS_DAYS.map(days => (
            <option key={days}>{days}</option>
          ))}
        </select>
      </label>
    </div>
  )
}

/** Taken when it is a place. */
function PlaceField({ near }: { near: string | null }) {
  const { set } = useAddress()
  const [text, setText] = useState(near ?? '')
  const take = () => {
    const place = placeOf(text)
    if (place !== null) set({ near: placeText(place.latitude, place.longitude) })
    else if (text.trim() === '') set({ near: null })
  }
  const isWrong = text.trim() !== '' && placeOf(text) === null
  return (
    <label className="history-field place-field">
      <span>Place (latitude, longitude)</span>
      <input
        type="text"
        inputMode="text"
        autoComplete="off"
        placeholder="51.04500, -114.06500"
        aria-invalid={isWrong}
        value={text}
        onChange={event => setText(event.target.value)}
        onBlur={take}
        onKeyDown={event => {
          if (event.key === 'Enter') take()
        }}
      />
    </label>
  )
}

function Answer({ choice, change }: { choice: HistoryChoice; change: Change }) {
  const { data, error, refetch } = useQuery(beforeAfterQuery(choice, change))
  if (error !== null && data === undefined) return <ErrorNote error={error} onRetry={() => void refetch()} />
  if (data?.result == null) return <Computing>Learning from places like it what is usual.</Computing>
  const { title, notes } = changeWords(data.result)
  return (
    <div className="comparison-answer" role="status">
      <h3>{title}</h3>
      {data.result.effect !== null && (
        <div className="ratio-alone">
          <RatioTicks />
          <RatioLine ratio={data.result.effect.ratio} />
        </div>
      )}
      {notes.map(note => (
        <p key={note} className="history-note">
          {note}
        </p>
      ))}
    </div>
  )
}
