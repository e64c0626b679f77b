import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import {
  DistrictAnalytics,
  DistrictQuarter,
  Intersection,
  IntersectionMetrics,
  Loss,
  page,
  QuarantinedLine,
  SilverReading,
  Status,
} from '../../../src/serve/contract/index.ts'
import { fetchJson } from './client.ts'
import { fetchAll } from './paging.ts'

const DAY_MS = 86_400_000
/** The most a list gives in one page. */
const PAGE = 10_000
const USUAL_DAYS = 14
const SITE_USUAL_DAYS = 8

const at = z.iso.datetime()
const Reason = z.object({ reason: z.string(), lines: z.int().nonnegative() })
const Drift = z.object({
  field: z.string(),
  first_seen: at,
  last_seen: at,
  first_position: z.int().nonnegative(),
  last_position: z.int().nonnegative(),
})
export type Reason = z.infer<typeof Reason>
export type Drift = z.infer<typeof Drift>

const iso = (ms: number) => new Date(ms).toISOString()
const query = (parameters: Record<string, string | number>) =>
  new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)])).toString()

export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => fetchJson('/v1/status', Status, signal),
})

export const intersectionsQuery = queryOptions({
  queryKey: ['intersections'],
  queryFn: ({ signal }) => fetchAll(`/v1/intersections?limit=${PAGE}`, page(Intersection), signal),
  staleTime: 5 * 60_000,
})

/** The last two days of every district by 15 minutes up to a window's end: today and the same hours yesterday. */
export const districtsQuery = (endMs: number) =>
  queryOptions({
    queryKey: ['districts', endMs],
    queryFn: async ({ signal }) => ({
      endMs,
      rows: await fetchAll(
        `/v1/gold/district-analytics?${query({ from: iso(endMs - 2 * DAY_MS), limit: PAGE })}`,
        page(DistrictAnalytics),
        signal,
      ),
    }),
    staleTime: 60_000,
    placeholderData: previous => previous,
  })

/** Two weeks of quarter-hours before the last whole day: what "usual" rests on. Asked for once a day. */
export const quartersQuery = (endMs: number) => {
  const dayMs = Math.floor(endMs / DAY_MS) * DAY_MS
  return queryOptions({
    queryKey: ['quarters', dayMs],
    queryFn: ({ signal }) =>
      fetchAll(
        `/v1/gold/district-quarters?${query({ from: iso(dayMs - USUAL_DAYS * DAY_MS), to: iso(dayMs - DAY_MS), limit: PAGE })}`,
        page(DistrictQuarter),
        signal,
      ),
    staleTime: Infinity,
    placeholderData: previous => previous,
  })
}

/** Two days of one site by 5 minutes up to a window's end. */
export const siteDaysQuery = (site: string, endMs: number) =>
  queryOptions({
    queryKey: ['site', site, endMs],
    queryFn: async ({ signal }) => ({
      endMs,
      rows: await fetchAll(
        `/v1/gold/intersection-metrics?${query({ intersection_id: site, from: iso(endMs - 2 * DAY_MS), limit: PAGE })}`,
        page(IntersectionMetrics),
        signal,
      ),
    }),
    staleTime: 60_000,
    placeholderData: (previous, before) => (before?.queryKey[1] === site ? previous : undefined),
  })

/** A week of one site before the last whole day. Asked for once a day. */
export const siteUsualQuery = (site: string, endMs: number) => {
  const dayMs = Math.floor(endMs / DAY_MS) * DAY_MS
  return queryOptions({
    queryKey: ['site-usual', site, dayMs],
    queryFn: ({ signal }) =>
      fetchAll(
        `/v1/gold/intersection-metrics?${query({ intersection_id: site, from: iso(dayMs - SITE_USUAL_DAYS * DAY_MS), to: iso(dayMs - DAY_MS), limit: PAGE })}`,
        page(IntersectionMetrics),
        signal,
      ),
    staleTime: Infinity,
    placeholderData: (previous, before) => (before?.queryKey[1] === site ? previous : undefined),
  })
}

/** The newest readings of a site, whatever sensors they are of. */
export const siteReadingsQuery = (site: string) =>
  queryOptions({
    queryKey: ['site-readings', site],
    queryFn: async ({ signal }) =>
      (
        await fetchJson(
          `/v1/silver/readings?${query({ intersection_id: site, order: 'desc', limit: 40 })}`,
          page(SilverReading),
          signal,
        )
      ).items,
    refetchInterval: 30_000,
  })

export const reasonsQuery = queryOptions({
  queryKey: ['quarantine', 'reasons'],
  queryFn: async ({ signal }) =>
    (await fetchJson('/v1/quarantine/summary', z.object({ items: z.array(Reason) }), signal)).items,
  refetchInterval: 15_000,
})

export const driftQuery = queryOptions({
  queryKey: ['drift'],
  queryFn: async ({ signal }) =>
    (await fetchJson('/v1/drift', z.object({ items: z.array(Drift) }), signal)).items,
  refetchInterval: 30_000,
})

/** The newest of the losses; `signature` is another one when there are others, or others have been noted. */
export const lossesQuery = (signature: string) =>
  queryOptions({
    queryKey: ['losses', signature],
    queryFn: async ({ signal }) => ({
      askedMs: Date.now(),
      items: (await fetchJson('/v1/losses?limit=200', page(Loss), signal)).items,
    }),
    staleTime: Infinity,
  })

/** One page of raw lines; `path` null asks for the newest. */
export function fetchLines(path: string | null, reason: string | null, signal: AbortSignal) {
  const first = `/v1/quarantine?${query({ ...(reason === null ? {} : { reason }), limit: 200 })}`
  return fetchJson(path ?? first, page(QuarantinedLine), signal)
}
