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
  readonly set: (
    change: Partial<Record<'site' | 'district' | 'view' | 'reason' | 'units', string | null>>,
  ) => void
}

export function useAddress(): Address {
  const [parameters, setParameters] = useSearchParams()
  const set = useCallback<Address['set']>(
    change =>
      setParameters(before => {
        const next = new URLSearchParams(before)
        for (const [name, value] of Object.entries(change)) {
          if (value === null) next.delete(name)
          else next.set(name, value)
        }
        return next
      }),
    [setParameters],
  )
  return {
    site: parameters.get('site'),
    district: parameters.get('district'),
    view: parameters.get('view') === 'table' ? 'table' : 'map',
    reason: parameters.get('reason'),
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
