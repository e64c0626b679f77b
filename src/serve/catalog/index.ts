import { z } from 'zod'
import { CatalogDetail, CatalogEntry } from '../contract/intake/catalog.ts'
import { RequestError } from '../problems.ts'
import { route, type Route } from '../route.ts'

/** What is known of datasets and tables. */
export interface CatalogList {
  /** Datasets in the order of the settings, then the tables of the lake. */
  readonly list: () => Promise<readonly CatalogEntry[]>
  /** Null when there is nothing of this name. */
  readonly show: (name: string) => Promise<CatalogDetail | null>
}

const Entries = z.strictObject({ items: z.array(CatalogEntry) })
const Named = z.strictObject({ dataset: z.string().min(1).max(128) })

export function catalogRoutes(catalog: CatalogList): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/catalog',
      id: 'catalog',
      tag: 'Health',
      summary: 'The datasets that jobs bring in, and the tables of the lake',
      description: 'How many rows each has, how fresh and how good it is, when its columns changed last.',
      access: 'read',
      answers: { 200: { description: 'Now', content: { 'application/json': Entries } } },
      problems: [],
      handle: async ({ reply }) =>
        reply.header('cache-control', 'no-store').send(Entries.parse({ items: await catalog.list() })),
    }),
    route({
      method: 'GET',
      path: '/v1/catalog/{dataset}',
      id: 'catalog-entry',
      tag: 'Health',
      summary: 'One dataset or table: columns, versions, quality, lineage',
      description: 'A dataset by the name of its job, a table as `silver.events`.',
      access: 'read',
      params: Named,
      answers: { 200: { description: 'Now', content: { 'application/json': CatalogDetail } } },
      problems: [404],
      handle: async ({ params: { dataset }, reply }) => {
        const found = await catalog.show(dataset)
        if (found === null)
          throw new RequestError(
            'ART_NOT_FOUND',
            `The catalogue has no ${JSON.stringify(dataset)}; GET /v1/catalog lists what it has.`,
          )
        return reply.header('cache-control', 'no-store').send(CatalogDetail.parse(found))
      },
    }),
  ]
}
