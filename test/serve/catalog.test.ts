import { describe, expect, it } from 'vitest'
import { buildServer } from '../../src/serve/server.ts'
import { aDetail, anEntry } from './catalog-answers.ts'
import { fakeDeps } from './fake-deps.ts'

const server = () =>
  buildServer(
    fakeDeps({
      catalog: {
        list: async () => [anEntry('archive'), anEntry('silver.events', { kind: 'table', quality: null })],
        show: async name => (name === 'archive' ? aDetail(name) : null),
      },
    }),
  )

describe('the catalogue of the API', () => {
  it('lists datasets and tables', async () => {
    const { items } = (await server().inject('/v1/catalog')).json<{ items: unknown[] }>()
    expect(items).toEqual([anEntry('archive'), anEntry('silver.events', { kind: 'table', quality: null })])
  })

  it('shows one, and says where others are found', async () => {
    expect((await server().inject('/v1/catalog/archive')).json()).toEqual(aDetail('archive'))
    const none = await server().inject('/v1/catalog/none')
    expect([none.statusCode, none.json<{ detail: string }>().detail]).toEqual([
      404,
      'The catalogue has no "none"; GET /v1/catalog lists what it has.',
    ])
  })
})
