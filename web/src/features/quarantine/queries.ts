import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { page, QuarantinedLine } from '../../../../src/serve/contract/index.ts'
import { fetchJson } from '../../api/client.ts'
import { queryText } from '../../api/query-text.ts'

const Reason = z.object({ reason: z.string(), lines: z.int().nonnegative() })
export type Reason = z.infer<typeof Reason>

export const reasonsQuery = queryOptions({
  queryKey: ['quarantine', 'reasons'],
  queryFn: async ({ signal }) =>
    (await fetchJson('/v1/quarantine/summary', z.object({ items: z.array(Reason) }), signal)).items,
  refetchInterval: 15_000,
})

/** One page of raw lines; `path` null asks for the newest. */
export function fetchLines(path: string | null, reason: string | null, signal: AbortSignal) {
  const first = `/v1/quarantine?${queryText({ ...(reason === null ? {} : { reason }), limit: 200 })}`
  return fetchJson(path ?? first, page(QuarantinedLine), signal)
}
