import { describe, expect, it, vi } from 'vitest'
import { buildServer } from '../../../src/serve/server.ts'
import { examples } from '../../streams/example.ts'
import { fakeDeps, fakeLake } from '../fake-deps.ts'
import { problem } from '../problem.ts'
import { parkRow } from './rows.ts'

const parks = (...rows: ReturnType<typeof parkRow>[]) => fakeLake({ 'silver.car_parks': rows })
const app = (lake = parks()) => buildServer(fakeDeps({ streams: examples, lake }))

describe('GET /v1/<stream>', () => {
  it('is read to its end by following next', async () => {
    const server = app(parks(...['C', 'A', 'B'].map(park_id => parkRow({ park_id }))))
    const first = (await server.inject('/v1/car-parks?limit=2')).json<{ items: unknown[]; next: string }>()
    const second = (await server.inject(first.next)).json<{ items: unknown[]; next: null }>()
    expect([...first.items, ...second.items]).toEqual(['A', 'B', 'C'].map(park_id => parkRow({ park_id })))
    expect(second.next).toBeNull()
  })

  it('passes filters, ranges and times on', async () => {
    const page = vi.fn(async () => ({ rows: [], next: null }))
    const server = app({ ...fakeLake(), page })
    await server.inject(
      '/v1/car-parks?park_id=A&park_id=B&streets=X&opens_at_from=2026-03-01T00:00:00Z&from=2026-01-01T00:00:00Z',
    )
    await server.inject('/v1/air-quality?calibrated=false&grade=good')
    const queries = (page.mock.calls as unknown as [unknown, unknown][]).map(([, query]) => query)
    expect(queries).toMatchObject([
      {
        where: { park_id: ['A', 'B'], streets: ['X'] },
        ranges: { opens_at: { fromMs: Date.UTC(2026, 2, 1) } },
        fromMs: Date.UTC(2026, 0, 1),
      },
      { where: { calibrated: [false], grade: ['good'] } },
    ])
  })

  it.each([
    ['/v1/air-quality?grade=best', 'wants one of good, fair, poor'],
    ['/v1/air-quality?no2=4', 'unknown parameter'],
    [
      '/v1/car-parks?opens_at_from=2026-03-02T00:00:00Z&opens_at_to=2026-03-01T00:00:00Z',
      'is after opens_at_to',
    ],
    ['/v1/car-parks?cursor=x', 'is not a cursor'],
  ])('refuses %s', async (url, words) => {
    expect(problem(await app().inject(url))).toMatchObject({
      status: 400,
      detail: expect.stringContaining(words) as string,
    })
  })

  it('takes no cursor of another stream', async () => {
    const server = app(parks(parkRow({ park_id: 'A' }), parkRow({ park_id: 'B' })))
    const { next } = (await server.inject('/v1/car-parks?limit=1')).json<{ next: string }>()
    const answer = await server.inject(next.replace('car-parks', 'signs'))
    expect(problem(answer).detail).toContain('belongs to another list')
  })

  it('gives the versions of one thing, newest first', async () => {
    const page = vi.fn(async () => ({ rows: [], next: null }))
    await app({ ...fakeLake(), page }).inject('/v1/car-parks/P%2F1/versions')
    expect((page.mock.calls as unknown[][])[0]?.slice(0, 2)).toMatchObject([
      { from: 'silver.car_parks_versions' },
      { where: { park_id: ['P/1'] }, order: 'desc' },
    ])
  })

  it('has no versions of what is only observed', async () => {
    expect((await app().inject('/v1/air-quality/S1/versions')).statusCode).toBe(404)
  })
})
