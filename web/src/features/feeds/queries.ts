import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { ApiError, fetchJson } from '../../api/client.ts'
import { maybeInstant, maybeNumber, maybeText } from '../../api/rows.ts'

const Fault = z.looseObject({ message: z.string() }).nullish()
const Feed = z
  .object({
    name: z.string(),
    stream: maybeText,
    format: maybeText,
    address: maybeText,
    schedule: maybeText,
    lastSuccessMs: maybeNumber,
    lastSuccessAt: maybeInstant,
    nextMs: maybeNumber,
    nextAt: maybeInstant,
    error: z.union([Fault, z.string()]),
    notice: maybeText,
  })
  .transform(({ lastSuccessMs, lastSuccessAt, nextMs, nextAt, error, ...feed }) => ({
    ...feed,
    lastSuccessMs: lastSuccessAt ?? lastSuccessMs,
    nextMs: nextAt ?? nextMs,
    error: typeof error === 'string' ? error : (error?.message ?? null),
  }))
export type Feed = z.infer<typeof Feed>

/** Addresses that the server asks by itself; null where it asks none, or does not know how. */
export const feedsQuery = queryOptions({
  queryKey: ['feeds'],
  queryFn: async ({ signal }) => {
    try {
      return (await fetchJson('/v1/feeds', z.object({ items: z.array(Feed) }), signal)).items
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null
      throw error
    }
  },
  refetchInterval: query => (query.state.data === null ? false : 10_000),
})
