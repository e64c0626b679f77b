import { describe, expect, it, vi } from 'vitest'
import type { Row } from '../../../src/lake/read/index.ts'
import { buildServer } from '../../../src/serve/server.ts'
import { fakeDeps, fakeLake, intersectionRow } from '../fake-deps.ts'

const places = (ids: string[]): Row[] => ids.map(id => intersectionRow({ intersection_id: id }))
const app = (lake = fakeLake({ intersections: places(['A', 'B', 'C', 'D', 'E']) })) =>
  buildServer(fakeDeps({ lake }))
const ids = (body: { items: { intersection_id: string }[] }) => body.items.map(item => item.intersection_id)

interface ListAnswer {
  items: { intersection_id: string }[]
  next: string | null
}

describe('a list', () => {
  it('is read to its end by following next', async () => {
    const server = app()
    const seen: string[] = []
    let path: string | null = '/v1/intersections?limit=2&district=downtown'
    while (path !== null) {
      const answer: ListAnswer = (await server.inject(path)).json()
      seen.push(...ids(answer))
      path = answer.next
    }
    expect(seen).toEqual(['A', 'B', 'C', 'D', 'E'])
  })

  it('neither skips nor repeats a row when rows arrive between two pages', async () => {
    const rows = places(['B', 'D', 'F', 'H'])
    const server = app(fakeLake({ intersections: rows }))
    const first: ListAnswer = (await server.inject('/v1/intersections?limit=2')).json()
    rows.push(...places(['A', 'C', 'E', 'G']))
    const second: ListAnswer = (await server.inject(first.next!)).json()
    const third: ListAnswer = (await server.inject(second.next!)).json()
    expect([ids(first), ids(second), ids(third)]).toEqual([
      ['B', 'D'],
      ['E', 'F'],
      ['G', 'H'],
    ])
    expect(third.next).toBeNull()
  })

  it('runs backwards with order=desc', async () => {
    const server = app()
    const first: ListAnswer = (await server.inject('/v1/intersections?limit=2&order=desc')).json()
    const second: ListAnswer = (await server.inject(first.next!)).json()
    expect([...ids(first), ...ids(second)]).toEqual(['E', 'D', 'C', 'B'])
  })

  it('begins with the newest in quarantine', async () => {
    const line = (position: number): Row => ({
      position,
      arrived_at: '2026-03-01T00:00:00.000Z',
      source: 'http',
      stream: 'readings',
      reasons: ['json_syntax'],
      bytes: 1,
      line: '{',
      file: null,
    })
    const server = app(fakeLake({ quarantine: [line(1), line(5), line(3)] }))
    const { items } = (await server.inject('/v1/quarantine')).json<{ items: { position: number }[] }>()
    expect(items.map(item => item.position)).toEqual([5, 3, 1])
  })

  it('answers 304 to who has it already, and anew when it changed', async () => {
    const rows = places(['A'])
    const server = app(fakeLake({ intersections: rows }))
    const { headers } = await server.inject('/v1/intersections')
    const tag = String(headers.etag)
    const again = (value: string) =>
      server.inject({ url: '/v1/intersections', headers: { 'if-none-match': value } })
    expect([(await again(tag)).statusCode, (await again(tag)).body]).toEqual([304, ''])
    expect((await again(`"other", W/${tag}`)).statusCode).toBe(304)
    rows.push(...places(['B']))
    expect((await again(tag)).statusCode).toBe(200)
  })

  it('comes as a file in the other formats, with its next page in Link', async () => {
    const server = app()
    const { headers, body } = await server.inject('/v1/intersections?limit=2&format=csv')
    expect(headers['content-type']).toBe('text/csv; charset=utf-8; header=present')
    expect(headers['content-disposition']).toBe('attachment; filename="intersections.csv"')
    expect(body.split('\n')[0]).toMatch(/^A,/)
    const next = /^<(.*)>; rel="next"$/.exec(String(headers.link))?.[1]
    expect((await server.inject(next!)).body).toMatch(/^C,/)
  })

  it('passes its filters on', async () => {
    const lake = fakeLake()
    const page = vi.spyOn(lake, 'page')
    await app(lake).inject(
      '/v1/silver/readings?sensor_id=S1&sensor_id=S2&district=d%20e&from=2026-03-01T00:00:00%2B01:00&to=2026-03-02T00:00:00Z&limit=7',
    )
    expect(page.mock.calls[0]?.slice(0, 3)).toEqual([
      'silverReadings',
      {
        fromMs: Date.UTC(2026, 1, 28, 23),
        toMs: Date.UTC(2026, 2, 2),
        where: { sensor_id: ['S1', 'S2'], district: ['d e'] },
        order: 'asc',
        after: undefined,
      },
      7,
    ])
  })
})

describe('a wrong parameter', () => {
  const first = async (path: string) => {
    const response = await app().inject(path)
    const { code, parameters } = response.json<{
      code: string
      parameters: { name: string; value: unknown }[]
    }>()
    expect([response.statusCode, code]).toEqual([400, 'ART_PARAMETER'])
    return parameters[0]
  }

  it.each([
    ['/v1/intersections?limit=0', 'limit', '0'],
    ['/v1/intersections?limit=10001', 'limit', '10001'],
    ['/v1/intersections?limit=1e3', 'limit', '1e3'],
    ['/v1/intersections?limit=5&limit=6', 'limit', ['5', '6']],
    ['/v1/intersections?limit=', 'limit', ''],
    ['/v1/intersections?order=up', 'order', 'up'],
    ['/v1/intersections?format=xml', 'format', 'xml'],
    ['/v1/intersections?color=red', 'color', 'red'],
    ['/v1/intersections?__proto__=1', '__proto__', '1'],
    ['/v1/intersections?constructor=1', 'constructor', '1'],
    ['/v1/intersections?sensor_id=S1', 'sensor_id', 'S1'],
    ['/v1/silver/readings?from=yesterday', 'from', 'yesterday'],
    ['/v1/silver/readings?from=2026-03-01T00:00:00', 'from', '2026-03-01T00:00:00'],
    ['/v1/silver/readings?from=2026-13-01T00:00:00Z', 'from', '2026-13-01T00:00:00Z'],
    ['/v1/silver/readings?sensor_id=', 'sensor_id', ''],
    ['/v1/intersections?cursor=%21', 'cursor', '!'],
    ['/v1/intersections?cursor=WzEsMl0', 'cursor', 'WzEsMl0'],
  ])('is named with its value: %s', async (path, name, value) => {
    expect(await first(path)).toMatchObject({ name, value })
  })

  it('is a range that ends before it begins', async () => {
    expect(
      await first('/v1/silver/readings?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z'),
    ).toMatchObject({
      name: 'from',
    })
  })

  it('is a cursor of another list, or of the other order', async () => {
    const { next } = (await app().inject('/v1/intersections?limit=1')).json<ListAnswer>()
    const cursor = new URL(next!, 'http://x').searchParams.get('cursor')!
    expect(await first(`/v1/sensors?cursor=${cursor}`)).toMatchObject({ name: 'cursor' })
    expect(await first(`/v1/intersections?order=desc&cursor=${cursor}`)).toMatchObject({ name: 'cursor' })
  })

  it('is every one of them in one answer', async () => {
    const response = await app().inject('/v1/intersections?limit=0&order=up&color=red')
    expect(
      response
        .json<{ parameters: { name: string }[] }>()
        .parameters.map(p => p.name)
        .sort(),
    ).toEqual(['color', 'limit', 'order'])
  })
})
