import { queryOptions } from '@tanstack/react-query'
import { Loss, page } from '../../../../src/serve/contract/index.ts'
import { fetchJson } from '../../api/client.ts'

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
