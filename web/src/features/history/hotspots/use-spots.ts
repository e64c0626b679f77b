import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { HistoryChoice } from '../model/choice.ts'
import { clustersQuery, hotspotsQuery, ratesQuery } from '../queries.ts'
import { cellSpots } from './cells.ts'
import { clusterSpots } from './clusters.ts'
import { rateSpots } from './rates.ts'
import type { Spots, Way } from './spots.ts'

/** Hotspots found one way; null while they are worked on. */
export interface SpotsFound {
  readonly spots: Spots | null
  readonly error: Error | null
  readonly refetch: () => void
}

/** @param way null: none is asked for */
export function useSpots(choice: HistoryChoice, way: Way | null): SpotsFound {
  const cells = useQuery({ ...hotspotsQuery(choice), enabled: way === 'cells' })
  const clusters = useQuery({ ...clustersQuery(choice), enabled: way === 'clusters' })
  const rates = useQuery({ ...ratesQuery(choice), enabled: way === 'rates' })
  const { error, refetch } = way === 'clusters' ? clusters : way === 'rates' ? rates : cells
  const [hexagons, dense, exposed] = [cells.data?.result, clusters.data?.result, rates.data?.result]
  const spots = useMemo(() => {
    if (way === 'cells') return hexagons == null ? null : cellSpots(hexagons)
    if (way === 'clusters') return dense == null ? null : clusterSpots(dense)
    return way === null || exposed == null ? null : rateSpots(exposed)
  }, [way, hexagons, dense, exposed])
  return { spots, error, refetch: () => void refetch() }
}
