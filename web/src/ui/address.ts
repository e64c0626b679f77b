import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { useOfCity } from '../api/public-city.tsx'
import type { Units } from './format.ts'

/** What can be chosen, one at a time: the detail panel shows it. */
export const CHOICES = ['site', 'event', 'zone', 'camera', 'station', 'device'] as const
export interface Choice {
  readonly kind: (typeof CHOICES)[number]
  readonly id: string
}

/** What the address holds of the live page: two people with the same address see the same. */
export interface Address {
  readonly site: string | null
  /** What is chosen, be it a site or another thing. */
  readonly choice: Choice | null
  readonly district: string | null
  readonly view: 'map' | 'table'
  readonly reason: string | null
  /** Whose refused lines are shown. */
  readonly stream: string | null
  /** What of the catalogue is shown in full. */
  readonly dataset: string | null
  /** Marks of the legend that are shown ("E,F"); null shows all. */
  readonly grades: string | null
  /** Of the Calendar page, null where it is as the page has it. */
  readonly calendar: Readonly<Record<CalendarParameter, string | null>>
  /** Of the History page, null where it is as the page has it. */
  readonly history: Readonly<Record<HistoryParameter, string | null>>
  /** Layers of the map that are on ("events,cameras"); null: as the page has it. */
  readonly layers: string | null
  /** Place and zoom of the map; null is the whole city. */
  readonly at: string | null
  /** Choosing one thing lets go of the others. `quiet` makes no step in the browser's history: moving a map is no place to go back to. */
  readonly set: (change: Partial<Record<Parameter, string | null>>, quiet?: 'quiet') => void
}

type Parameter =
  | Choice['kind']
  | 'district'
  | 'view'
  | 'reason'
  | 'stream'
  | 'dataset'
  | 'units'
  | 'grades'
  | 'at'
  | 'layers'
  | CalendarParameter
  | HistoryParameter
/** Of the Calendar page: how much it shows, from which day on, which kinds. */
type CalendarParameter = 'span' | 'day' | 'kinds'
/** Of the History page: which incidents, how the map shows them, the moment of the playback, and the one that is open. */
const HISTORY_PARAMETERS = [
  'from',
  'to',
  'type',
  'quadrant',
  'community',
  'weekday',
  'weather',
  'hours',
  'words',
  'marks',
  'by',
  'place',
  'line',
  'compare',
  'near',
  'changed',
  'radius',
  'days',
  'moment',
  'incident',
] as const
export type HistoryParameter = (typeof HISTORY_PARAMETERS)[number]

export function useAddress(): Address {
  const [parameters, setParameters] = useSearchParams()
  const choice = useChoice(parameters)
  const history = useHistoryParameters(parameters)
  const set = useCallback<Address['set']>(
    (change, quiet) =>
      setParameters(
        before => {
          const next = new URLSearchParams(before)
          applyTo(next, change)
          return next
        },
        { replace: quiet === 'quiet' },
      ),
    [setParameters],
  )
  return {
    site: parameters.get('site'),
    choice,
    district: parameters.get('district'),
    view: parameters.get('view') === 'table' ? 'table' : 'map',
    reason: parameters.get('reason'),
    stream: parameters.get('stream'),
    dataset: parameters.get('dataset'),
    layers: parameters.get('layers'),
    calendar: { span: parameters.get('span'), day: parameters.get('day'), kinds: parameters.get('kinds') },
    history,
    grades: parameters.get('grades'),
    at: parameters.get('at'),
    set,
  }
}

/** The same object while the same thing is chosen. */
function useChoice(parameters: URLSearchParams): Choice | null {
  const kind = CHOICES.find(each => parameters.has(each)) ?? null
  const id = kind === null ? null : parameters.get(kind)
  return useMemo(() => (kind === null || id === null || id === '' ? null : { kind, id }), [kind, id])
}

/** The same object while the same is asked. */
function useHistoryParameters(parameters: URLSearchParams): Address['history'] {
  const text = HISTORY_PARAMETERS.map(
    name => `${name}=${encodeURIComponent(parameters.get(name) ?? '')}`,
  ).join('&')
  return useMemo(() => {
    const said = new URLSearchParams(text)
    return Object.fromEntries(
      HISTORY_PARAMETERS.map(name => [name, said.get(name) === '' ? null : said.get(name)]),
    ) as Address['history']
  }, [text])
}

/** Changes the address in place. */
export function applyTo(parameters: URLSearchParams, change: Record<string, string | null>): void {
  const chosen = CHOICES.find(kind => (change[kind] ?? null) !== null)
  if (chosen !== undefined) for (const kind of CHOICES) parameters.delete(kind)
  for (const [name, value] of Object.entries(change)) {
    if (value === null) parameters.delete(name)
    else parameters.set(name, value)
  }
}

/** The address's units, else the city's. */
export function useUnits(): Units {
  const [parameters] = useSearchParams()
  const ofCity = useOfCity(({ units }) => units) ?? 'metric'
  const chosen = parameters.get('units')
  return chosen === 'us' || chosen === 'metric' ? chosen : ofCity
}

export function useTimeZone(): string {
  return useOfCity(({ timeZone }) => timeZone) ?? 'UTC'
}
