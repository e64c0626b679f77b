import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { CatalogDetail, CatalogEntry } from '../../../../src/serve/contract/index.ts'
import { fetchJson } from '../../api/client.ts'

/** Datasets that jobs bring in, and tables of the lake. */
export const catalogQuery = queryOptions({
  queryKey: ['catalog'],
  queryFn: async ({ signal }) =>
    (await fetchJson('/v1/catalog', z.object({ items: z.array(CatalogEntry) }), signal)).items,
  refetchInterval: 30_000,
})

export const detailQuery = (name: string) =>
  queryOptions({
    queryKey: ['catalog', name],
    queryFn: ({ signal }) => fetchJson(`/v1/catalog/${encodeURIComponent(name)}`, CatalogDetail, signal),
    refetchInterval: 30_000,
  })
