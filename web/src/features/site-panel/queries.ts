import { queryOptions } from '@tanstack/react-query'
import { IntersectionMetrics, page, SilverReading } from '../../../../src/serve/contract/index.ts'
import { fetchJson } from '../../api/client.ts'
import { fetchAll } from '../../api/paging.ts'
import { DAY_MS } from '../../../../src/serve/contract/spans.ts'
import { iso, PAGE, queryText } from '../../api/query-text.ts'

const USUAL_DAYS = 8

/** Two days of one site by 5 minutes up to a window's end. */
export const siteDaysQuery = (site: string, endMs: number) =>
  queryOptions({
    queryKey: ['site', site, endMs],
    queryFn: async ({ signal }) => ({
      endMs,
      rows: await fetchAll(
        `/v1/gold/intersection-metrics?${queryText({ intersection_id: site, from: iso(endMs - 2 * DAY_MS), limit: PAGE })}`,
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
        `/v1/gold/intersection-metrics?${queryText({ intersection_id: site, from: iso(dayMs - USUAL_DAYS * DAY_MS), to: iso(dayMs - DAY_MS), limit: PAGE })}`,
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
          `/v1/silver/readings?${queryText({ intersection_id: site, order: 'desc', limit: 40 })}`,
          page(SilverReading),
          signal,
        )
      ).items,
    refetchInterval: 30_000,
  })
