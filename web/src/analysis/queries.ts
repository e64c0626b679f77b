import { queryOptions } from '@tanstack/react-query'
import { DistrictAnalytics, DistrictQuarter, page } from '../../../src/serve/contract/index.ts'
import { fetchAll } from '../api/paging.ts'
import { DAY_MS } from '../../../src/serve/contract/spans.ts'
import { iso, PAGE, queryText } from '../api/query-text.ts'

const USUAL_DAYS = 14

/** The last two days of every district by 15 minutes up to a window's end: today and the same hours yesterday. */
export const districtsQuery = (endMs: number) =>
  queryOptions({
    queryKey: ['districts', endMs],
    queryFn: async ({ signal }) => ({
      endMs,
      rows: await fetchAll(
        `/v1/gold/district-analytics?${queryText({ from: iso(endMs - 2 * DAY_MS), limit: PAGE })}`,
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
        `/v1/gold/district-quarters?${queryText({ from: iso(dayMs - USUAL_DAYS * DAY_MS), to: iso(dayMs - DAY_MS), limit: PAGE })}`,
        page(DistrictQuarter),
        signal,
      ),
    staleTime: Infinity,
    placeholderData: previous => previous,
  })
}
