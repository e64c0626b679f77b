import { useCallback } from 'react'
import { useSearchParams } from 'react-router'
import { useLiveSlice } from '../api/live-context.tsx'
import type { Units } from './format.ts'

/** What the address holds of the live page: two people with the same address see the same. */
export interface Address {
  readonly site: string | null
  readonly district: string | null
  readonly view: 'map' | 'table'
  readonly reason: string | null
  /** Marks of the legend that are shown ("E,F"); null shows all. */
  readonly grades: string | null
  /** Place and zoom of the map; null is the whole city. */
  readonly at: string | null
  /** `quiet` makes no step in the browser's history: moving a map is no place to go back to. */
  readonly set: (change: Partial<Record<Parameter, string | null>>, quiet?: 'quiet') => void
}

type Parameter = 'site' | 'district' | 'view' | 'reason' | 'units' | 'grades' | 'at'

export function useAddress(): Address {
  const [parameters, setParameters] = useSearchParams()
  const set = useCallback<Address['set']>(
    (change, quiet) =>
      setParameters(
        before => {
          const next = new URLSearchParams(before)
          for (const [name, value] of Object.entries(change)) {
            if (value === null) next.delete(name)
            else next.set(name, value)
          }
          return next
        },
        { replace: quiet === 'quiet' },
      ),
    [setParameters],
  )
  return {
    site: parameters.get('site'),
    district: parameters.get('district'),
    view: parameters.get('view') === 'table' ? 'table' : 'map',
    reason: parameters.get('reason'),
    grades: parameters.get('grades'),
    at: parameters.get('at'),
    set,
  }
}

/** The address's units, else the city's. */
export function useUnits(): Units {
  const [parameters] = useSearchParams()
  const ofCity = useLiveSlice(view => view.state?.status.city.units ?? 'metric')
  const chosen = parameters.get('units')
  return chosen === 'us' || chosen === 'metric' ? chosen : ofCity
}

export function useTimeZone(): string {
  return useLiveSlice(view => view.state?.status.city.timeZone ?? 'UTC')
}
