import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { Intersection, page } from '../../../src/serve/contract/index.ts'
import type { Place } from '../map/streets.ts'
import { useLiveSlice } from './live-context.tsx'
import { fetchAll } from './paging.ts'
import { useIsPublic } from './public-city.tsx'
import { PAGE } from './query-text.ts'

export interface Places {
  readonly byId: ReadonlyMap<string, Intersection>
  /** Those with coordinates. */
  readonly onMap: readonly Place[]
  readonly districts: readonly string[]
}

const intersectionsQuery = queryOptions({
  queryKey: ['intersections'],
  queryFn: ({ signal }) => fetchAll(`/v1/intersections?limit=${PAGE}`, page(Intersection), signal),
  staleTime: 5 * 60_000,
})

const NONE: Places = { byId: new Map(), onMap: [], districts: [] }

export function placesOf(intersections: readonly Intersection[]): Places {
  return {
    byId: new Map(intersections.map(item => [item.intersection_id, item])),
    onMap: intersections.flatMap(({ intersection_id: id, name, district, latitude, longitude }) =>
      latitude === null || longitude === null ? [] : [{ id, name, district, latitude, longitude }],
    ),
    districts: [...new Set(intersections.map(item => item.district))].sort((a, b) => a.localeCompare(b)),
  }
}

/** A district of an address that no site is in; an empty city knows none yet, and disowns none. */
export function isForeign(district: string | null, { districts }: Places): boolean {
  return district !== null && districts.length > 0 && !districts.includes(district)
}

/** The city's sites; asked for again when the live picture knows more of them than the list. */
export function usePlaces() {
  const client = useQueryClient()
  const known = useLiveSlice(view => view.state?.city.sitesKnown ?? 0)
  const isPublic = useIsPublic()
  const query = useQuery({ ...intersectionsQuery, enabled: !isPublic })
  const listed = query.data?.length ?? null
  useEffect(() => {
    if (listed === null || known <= listed) return
    const timer = setTimeout(
      () => void client.invalidateQueries({ queryKey: intersectionsQuery.queryKey }),
      3_000,
    )
    return () => clearTimeout(timer)
  }, [client, known, listed])
  const places = useMemo(() => (query.data === undefined ? NONE : placesOf(query.data)), [query.data])
  return { ...query, places }
}
