import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { Feed } from '../../../../src/serve/contract/index.ts'
import { fetchJson } from '../../api/client.ts'

/** Addresses that the server asks by itself. */
export const feedsQuery = queryOptions({
  queryKey: ['feeds'],
  queryFn: async ({ signal }) =>
    (await fetchJson('/v1/feeds', z.object({ items: z.array(Feed) }), signal)).items,
  refetchInterval: 10_000,
})
