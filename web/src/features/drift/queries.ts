import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { fetchJson } from '../../api/client.ts'

const at = z.iso.datetime()
const Drift = z.object({
  field: z.string(),
  first_seen: at,
  last_seen: at,
  first_position: z.int().nonnegative(),
  last_position: z.int().nonnegative(),
})

export const driftQuery = queryOptions({
  queryKey: ['drift'],
  queryFn: async ({ signal }) =>
    (await fetchJson('/v1/drift', z.object({ items: z.array(Drift) }), signal)).items,
  refetchInterval: 30_000,
})
