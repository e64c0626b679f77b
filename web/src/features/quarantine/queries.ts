import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { page, QuarantinedLine } from '../../../../src/serve/contract/index.ts'
import { fetchJson } from '../../api/client.ts'
import { queryText } from '../../api/query-text.ts'

const Reason = z.object({ stream: z.string(), reason: z.string(), lines: z.int().nonnegative() })
export type Reason = z.infer<typeof Reason>

export const reasonsQuery = queryOptions({
  queryKey: ['quarantine', 'reasons'],
  queryFn: async ({ signal }) =>
    (await fetchJson('/v1/quarantine/summary', z.object({ items: z.array(Reason) }), signal)).items,
  refetchInterval: 15_000,
})

/** Lines of one stream, or that broke one rule of it; null: of all. */
export interface LineChoice {
  readonly stream: string | null
  readonly reason: string | null
}

/** One page of raw lines; `path` null asks for the newest. */
export function fetchLines(path: string | null, { stream, reason }: LineChoice, signal: AbortSignal) {
  const chosen = { ...(stream === null ? {} : { stream }), ...(reason === null ? {} : { reason }) }
  const first = `/v1/quarantine?${queryText({ ...chosen, limit: 200 })}`
  return fetchJson(path ?? first, page(QuarantinedLine), signal)
}
