import { IconFilter, IconSearch, IconX } from '@tabler/icons-react'
import { useEffect, useId, useState } from 'react'
import type { IncidentOverview } from '../../../../../src/serve/contract/index.ts'
import { useAddress } from '../../../ui/address.ts'
import {
  isAll,
  UNKNOWN_WEATHER,
  hoursText,
  presetOf,
  rangeOf,
  RESET,
  switched,
  type HistoryChoice,
} from '../model/choice.ts'
import { yearsOf } from '../model/days.ts'
import { namesOf } from '../model/figures.ts'
import { chipsOf, placeName, typeLabel, weatherLabel, weekdayName, WEEKDAY_NUMBERS } from '../model/words.ts'

interface FiltersProps {
  readonly choice: HistoryChoice
  /** The whole record, whatever is chosen: years, days, types and places that there are. */
  readonly record: IncidentOverview | undefined
}

const MONTHS = Array.from({ length: 12 }, (_, month) => ({
  value: String(month + 1).padStart(2, '0'),
  label: new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' }).format(Date.UTC(2020, month)),
}))
const HOURS = Array.from({ length: 24 }, (_, hour) => hour)
const TYPING_MS = 350

/** Everything that chooses incidents; the address holds it all. */
export function Filters({ choice, record }: FiltersProps) {
  const { set } = useAddress()
  const [isUnfolded, setIsUnfolded] = useState(false)
  const days = record?.days ?? []
  return (
    <div className="history-filters" role="search" aria-label="Which incidents" data-unfolded={isUnfolded}>
      <YearAndMonth choice={choice} days={days} />
      {/* On a narrow page only: what was found is to be seen first. */}
      <button
        type="button"
        className="history-more"
        aria-expanded={isUnfolded}
        onClick={() => setIsUnfolded(!isUnfolded)}
      >
        <IconFilter aria-hidden="true" />
        {isUnfolded ? 'Fewer filters' : 'More filters'}
      </button>
      <Range choice={choice} days={days} />
      <Picker
        label="Type"
        values={(record?.types ?? []).map(({ type }) => type).filter(type => !choice.types.includes(type))}
        text={typeLabel}
        onPick={type => set({ type: switched(choice.types, type), moment: null })}
      />
      <Picker
        label="Quadrant"
        values={namesOf((record?.quadrants ?? []).map(({ quadrant }) => quadrant)).filter(
          each => !choice.quadrants.includes(each),
        )}
        text={quadrant => quadrant}
        onPick={quadrant => set({ quadrant: switched(choice.quadrants, quadrant), moment: null })}
      />
      <CommunitySearch
        choice={choice}
        values={namesOf((record?.communities ?? []).map(({ community }) => community))}
      />
      <Picker
        label="Weather"
        values={(record?.weather ?? [])
          .map(({ weather }) => weather ?? UNKNOWN_WEATHER)
          .filter(each => !choice.weather.includes(each))}
        text={weatherLabel}
        onPick={weather => set({ weather: switched(choice.weather, weather), moment: null })}
      />
      <Weekdays choice={choice} />
      <Hours choice={choice} />
      <Words words={choice.words} />
    </div>
  )
}

interface DaysProps {
  readonly choice: HistoryChoice
  readonly days: IncidentOverview['days']
}

function YearAndMonth({ choice, days }: DaysProps) {
  const { set } = useAddress()
  const preset = presetOf(choice)
  return (
    <>
      <Field label="Year">
        <select value={preset.year} onChange={event => set(rangeOf(event.target.value, preset.month))}>
          <option value="">{choice.from === null && choice.to === null ? 'All' : 'Any'}</option>
          {yearsOf(days).map(year => (
            <option key={year}>{year}</option>
          ))}
        </select>
      </Field>
      <Field label="Month">
        <select
          value={preset.month}
          disabled={preset.year === ''}
          onChange={event => set(rangeOf(preset.year, event.target.value))}
        >
          <option value="">All</option>
          {MONTHS.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </Field>
    </>
  )
}

function Range({ choice, days }: DaysProps) {
  const { set } = useAddress()
  const [first, last] = [days[0]?.day, days.at(-1)?.day]
  return (
    <>
      <Day
        label="From"
        value={choice.from}
        min={first}
        max={choice.to ?? last}
        onDay={from => set({ from, moment: null })}
      />
      <Day
        label="To"
        value={choice.to}
        min={choice.from ?? first}
        max={last}
        onDay={to => set({ to, moment: null })}
      />
    </>
  )
}

/** What is chosen, each to be taken back, and all at once. */
export function Chips({ choice }: { choice: HistoryChoice }) {
  const { set } = useAddress()
  if (isAll(choice)) return null
  return (
    <div className="history-chips" role="group" aria-label="Chosen">
      {chipsOf(choice).map(({ key, label, without }) => (
        <button
          key={key}
          type="button"
          aria-label={`Take back ${label}`}
          onClick={() => set({ ...without, moment: null })}
        >
          {label}
          <IconX aria-hidden="true" />
        </button>
      ))}
      <button type="button" className="history-reset" onClick={() => set(RESET)}>
        Reset all
      </button>
    </div>
  )
}

function Field({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <label className="history-field">
      <span>{label}</span>
      {children}
    </label>
  )
}

interface DayProps {
  readonly label: string
  readonly value: string | null
  readonly min: string | undefined
  readonly max: string | undefined
  readonly onDay: (day: string | null) => void
}

function Day({ label, value, min, max, onDay }: DayProps) {
  return (
    <Field label={label}>
      <input
        type="date"
        value={value ?? ''}
        min={min}
        max={max}
        onChange={event => {
          // While a year is being typed the browser gives years such as 0002.
          if (event.target.value === '' || event.target.value >= '1900') onDay(event.target.value || null)
        }}
      />
    </Field>
  )
}

interface PickerProps {
  readonly label: string
  readonly values: readonly string[]
  readonly text: (value: string) => string
  readonly onPick: (value: string) => void
}

/** Adds one of a few to what is chosen. */
function Picker({ label, values, text, onPick }: PickerProps) {
  return (
    <Field label={label}>
      <select value="" disabled={values.length === 0} onChange={event => onPick(event.target.value)}>
        <option value="">Add …</option>
        {values.map(value => (
          <option key={value} value={value}>
            {text(value)}
          </option>
        ))}
      </select>
    </Field>
  )
}

function CommunitySearch({ choice, values }: { choice: HistoryChoice; values: readonly string[] }) {
  const { set } = useAddress()
  const list = useId()
  const [text, setText] = useState('')
  const take = (typed: string) => {
    const found = values.find(value => value.toLowerCase() === typed.trim().toLowerCase())
    if (found === undefined) {
      setText(typed)
      return
    }
    setText('')
    if (!choice.communities.includes(found))
      set({ community: switched(choice.communities, found), moment: null })
  }
  const onlyOne = () => {
    const left = values.filter(value => value.toLowerCase().includes(text.trim().toLowerCase()))
    if (text.trim() !== '' && left.length === 1) take(left[0] ?? '')
  }
  return (
    <Field label="Community">
      <input
        type="text"
        list={list}
        placeholder="Search …"
        autoComplete="off"
        value={text}
        onChange={event => take(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Enter') onlyOne()
        }}
      />
      <datalist id={list}>
        {values.map(value => (
          <option key={value} value={placeName(value)} />
        ))}
      </datalist>
    </Field>
  )
}

function Weekdays({ choice }: { choice: HistoryChoice }) {
  const { set } = useAddress()
  return (
    <div className="history-field" role="group" aria-label="Weekday">
      <span aria-hidden="true">Weekday</span>
      <div className="history-weekdays">
        {WEEKDAY_NUMBERS.map(weekday => (
          <button
            key={weekday}
            type="button"
            aria-label={`${weekdayName(weekday).slice(0, 2)}, ${weekdayName(weekday)}`}
            title={weekdayName(weekday)}
            aria-pressed={choice.weekdays.includes(weekday)}
            onClick={() => set({ weekday: switched(choice.weekdays, weekday), moment: null })}
          >
            {weekdayName(weekday).slice(0, 2)}
          </button>
        ))}
      </div>
    </div>
  )
}

function Hours({ choice }: { choice: HistoryChoice }) {
  const { set } = useAddress()
  const [first, last] = choice.hours ?? [0, 23]
  const options = (minutes: string) =>
    HOURS.map(hour => (
      <option key={hour} value={hour}>
        {String(hour).padStart(2, '0')}:{minutes}
      </option>
    ))
  return (
    <div className="history-field" role="group" aria-label="Hours">
      <span aria-hidden="true">Hours</span>
      <div className="history-hours">
        <select
          aria-label="From hour"
          value={first}
          onChange={event => set({ hours: hoursText(Number(event.target.value), last), moment: null })}
        >
          {options('00')}
        </select>
        –
        <select
          aria-label="To the end of hour"
          value={last}
          onChange={event => set({ hours: hoursText(first, Number(event.target.value)), moment: null })}
        >
          {options('59')}
        </select>
      </div>
    </div>
  )
}

/** Asked for when the typing rests. */
function Words({ words }: { words: string | null }) {
  const { set } = useAddress()
  const [text, setText] = useState(words ?? '')
  const [known, setKnown] = useState(words)
  if (known !== words) {
    setKnown(words)
    if ((text.trim() || null) !== words) setText(words ?? '')
  }
  useEffect(() => {
    const wanted = text.trim() === '' ? null : text.trim()
    if (wanted === words) return
    const timer = setTimeout(() => set({ words: wanted, moment: null }, 'quiet'), TYPING_MS)
    return () => clearTimeout(timer)
  }, [text, words, set])
  return (
    <label className="history-field history-words">
      <span>Words of the report</span>
      <span className="history-search">
        <IconSearch aria-hidden="true" />
        <input
          type="search"
          maxLength={128}
          placeholder="Deerfoot, ramp …"
          value={text}
          onChange={event => setText(event.target.value)}
        />
      </span>
    </label>
  )
}
