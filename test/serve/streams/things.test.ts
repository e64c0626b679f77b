import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Row } from '../../../src/lake/read/index.ts'
import { buildServer } from '../../../src/serve/server.ts'
import type { ServerDeps } from '../../../src/serve/server.ts'
import { corrected, examples } from '../../streams/example.ts'
import { fakeDeps, fakeLake } from '../fake-deps.ts'
import { problem } from '../problem.ts'
import { parkRow } from './rows.ts'

type Appended = Record<string, unknown>

/** A lake of one car park at most, which shows each change at once. */
let row: Row | null
let appended: Appended[]
/** What the lake says each time it is asked whether it shows a change; true from then on. */
let shown: boolean[]
/** Changes that came by another door. */
let others: number
beforeEach(() => {
  others = 0
  row = parkRow()
  appended = []
  shown = []
})

function app(over: Partial<ServerDeps> = {}) {
  const things: ServerDeps['things'] = {
    now: () => Date.UTC(2026, 2, 2),
    settled: async () => ((shown.shift() ?? true) ? others : null),
    append: async (_stream, record, { since }) => {
      if (since !== others) return null
      // A moment in which another change could come between.
      await new Promise(resolve => setTimeout(resolve, 5))
      const position = 10 + appended.length
      appended.push(record)
      row =
        record['withdrawn'] === true
          ? null
          : parkRow({ position, name: record['name'], updated_at: record['updated_at'] })
      return { position, count: 1 }
    },
    shown: async () => shown.shift() ?? true,
  }
  const lake: ServerDeps['lake'] = {
    ...fakeLake(),
    page: async (_list, { where }) => ({
      rows: row !== null && where?.['park_id']?.includes(String(row['park_id'])) === true ? [row] : [],
      next: null,
    }),
  }
  return buildServer(fakeDeps({ streams: examples, things, lake, ...over }))
}

const url = '/v1/car-parks/P1'
const put = (
  server: ReturnType<typeof app>,
  body: unknown,
  headers: Record<string, string> = {},
  path = url,
) =>
  server.inject({
    method: 'PUT',
    url: path,
    headers: { 'content-type': 'application/json', ...headers },
    payload: JSON.stringify(body),
  })

describe('a thing that an instant tells from others', () => {
  const measured = (measured_at: string, position: number): Row => ({
    ...{ position, site: 'A', measured_at, level_db: 50 + position },
    ...{ arrived_at: '2026-03-01T09:00:00.000Z', source: 'http' },
  })
  const path = '/v1/noise-levels/A/2026-03-01T08:10:00Z'
  /** A lake that answers as listStatement asks it to. */
  const noise = () => {
    const rows = [measured('2026-03-01T08:00:00.000Z', 1), measured('2026-03-01T08:10:00.000Z', 2)]
    const page = vi.fn<ServerDeps['lake']['page']>(async (list, { where, ranges }) => {
      const { fromMs = -Infinity, toMs = Infinity } = ranges?.['measured_at'] ?? {}
      const isAsked = ({ site, measured_at }: Row) => {
        const ms = Date.parse(String(measured_at))
        return (where?.['site'] ?? [site]).includes(String(site)) && ms >= fromMs && ms < toMs
      }
      // The list of versions says which are withdrawn, that of things has none.
      const isVersions = typeof list !== 'string' && list.from === 'silver.noise_levels_versions'
      const [row = null] = rows.filter(isAsked)
      return {
        rows: row === null ? [] : [isVersions ? { ...row, withdrawn: null } : row],
        next: null,
      }
    })
    return { page, server: app({ streams: [...examples, corrected], lake: { ...fakeLake(), page } }) }
  }

  it('is read and withdrawn by that instant, however it is written', async () => {
    const { server } = noise()
    for (const at of ['2026-03-01T08:10:00Z', '2026-03-01T09:10:00.000%2B01:00'])
      expect((await server.inject(`/v1/noise-levels/A/${at}`)).json()).toMatchObject({ level_db: 52 })
    expect((await server.inject('/v1/noise-levels/A/2026-03-01T08:11:00Z')).statusCode).toBe(404)
    await server.inject({ method: 'DELETE', url: path })
    expect(appended).toEqual([
      { site: 'A', timestamp: '2026-03-01T08:10:00.000Z', level: 52, withdrawn: true },
    ])
  })

  it('has versions of that instant alone', async () => {
    const { page, server } = noise()
    expect((await server.inject(`${path}/versions`)).statusCode).toBe(200)
    const fromMs = Date.UTC(2026, 2, 1, 8, 10)
    expect(page.mock.calls[0]?.[1]).toMatchObject({
      where: { site: ['A'] },
      ranges: { measured_at: { fromMs, toMs: fromMs + 1 } },
    })
  })

  it('is changed under the same instant alone', async () => {
    const { server } = noise()
    await put(server, { level: 60, timestamp: '2026-03-01T09:10:00+01:00' }, {}, path)
    expect(appended).toEqual([{ site: 'A', timestamp: '2026-03-01T08:10:00Z', level: 60 }])
    const other = await put(server, { level: 60, timestamp: '2026-03-01T08:20:00Z' }, {}, path)
    expect(problem(other)).toMatchObject({ code: 'ART_BODY' })
    expect(problem(await server.inject('/v1/noise-levels/A/yesterday'))).toMatchObject({ status: 400 })
  })
})

describe('one thing', () => {
  it('is read with its version as the entity tag', async () => {
    const answer = await app().inject(url)
    expect([answer.statusCode, answer.headers.etag, answer.json<unknown>()]).toEqual([200, '"4"', parkRow()])
    expect((await app().inject({ url, headers: { 'if-none-match': '"4"' } })).statusCode).toBe(304)
    expect(problem(await app().inject('/v1/car-parks/other'))).toMatchObject({ status: 404 })
  })

  it('gets a new version that is made now, with the key of its path', async () => {
    const answer = await put(app(), { name: 'New', streets: null })
    expect([answer.statusCode, answer.headers.etag]).toEqual([200, '"10"'])
    expect(appended).toEqual([{ park_id: 'P1', name: 'New', updated_at: '2026-03-02T00:00:00.000Z' }])
  })

  it('gets a version newer than one whose clock was ahead', async () => {
    row = parkRow({ updated_at: '2026-03-02T10:00:00.000Z' })
    await put(app(), { name: 'New' })
    expect(appended[0]?.['updated_at']).toBe('2026-03-02T10:00:00.001Z')
  })

  it('is added with 201, and only where it is not there with If-None-Match: *', async () => {
    const server = app()
    expect(problem(await put(server, { name: 'New' }, { 'if-none-match': '*' }))).toMatchObject({
      status: 412,
      code: 'ART_CHANGED',
    })
    row = null
    expect((await put(server, { name: 'New' }, { 'if-none-match': '*' })).statusCode).toBe(201)
  })

  it.each([['"3"'], ['W/"4"'], ['4']])('is not changed where If-Match says %s', async tag => {
    const answer = await put(app(), { name: 'New' }, { 'if-match': tag })
    expect([answer.statusCode, answer.headers.etag, appended]).toEqual([412, '"4"', []])
  })

  it('is changed by one of two who saw the same version', async () => {
    const server = app()
    const answers = await Promise.all(
      ['A', 'B'].map(name => put(server, { name }, { 'if-match': '"1", "4"' })),
    )
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 412])
    expect(appended).toHaveLength(1)
  })

  it('is not changed where another version came by another door between the look and the change', async () => {
    const fake = fakeDeps()
    let looks = 0
    const page: ServerDeps['lake']['page'] = async () => {
      const seen = row
      if (++looks === 1) {
        row = parkRow({ position: 6, name: 'Posted' })
        others++
      }
      return { rows: seen === null ? [] : [seen], next: null }
    }
    const answer = await put(app({ lake: { ...fake.lake, page } }), { name: 'New' }, { 'if-match': '"4"' })
    expect([answer.statusCode, answer.headers.etag, appended]).toEqual([412, '"6"', []])
  })

  it('is told to come again while others change it faster', async () => {
    const fake = fakeDeps()
    const page: ServerDeps['lake']['page'] = async () => {
      others++
      return { rows: row === null ? [] : [row], next: null }
    }
    const answer = await put(app({ lake: { ...fake.lake, page } }), { name: 'New' })
    expect(problem(answer)).toMatchObject({ status: 503, code: 'ART_NOT_READY' })
    expect([answer.headers['retry-after'], appended]).toEqual(['2', []])
  })

  it('is not made of what is not there when If-Match is given', async () => {
    row = null
    expect((await put(app(), { name: 'New' }, { 'if-match': '*' })).statusCode).toBe(412)
  })

  it.each([
    [{}, 'name: is missing'],
    [{ name: 'New', nmae: 1 }, 'does not know nmae'],
    [{ name: 'New', park_id: 'P2' }, 'park_id: is not the one of the path'],
    [{ name: 'New', places: -1 }, 'places'],
    [{ name: 'a\u202eb' }, 'bidirectional'],
    [{ name: 'New', opens_at: '2026-03-01T00:00:00' }, 'opens_at: wants an ISO 8601 instant with its zone'],
    [{ name: 'New', withdrawn: true }, 'does not know withdrawn'],
    [{ name: 'New', outline: 'x'.repeat(10_001) }, 'outline: is longer'],
  ])('refuses %j and changes nothing', async (body, words) => {
    expect(problem(await put(app(), body))).toMatchObject({
      status: 400,
      detail: expect.stringContaining(words) as string,
    })
    expect(appended).toEqual([])
  })

  it('refuses a version that is older than the newest', async () => {
    const answer = await put(app(), { name: 'New', updated_at: '2026-03-01T01:00:00+01:00' })
    expect(problem(answer)).toMatchObject({ status: 409, code: 'ART_OLD_VERSION' })
  })

  it('is withdrawn by a version that says all it said before', async () => {
    const server = app()
    const answer = await server.inject({ method: 'DELETE', url, headers: { 'if-match': '"4"' } })
    expect(answer.statusCode).toBe(204)
    expect(appended).toEqual([
      {
        park_id: 'P1',
        name: 'Under the square',
        places: 120,
        height_in: expect.closeTo(79.0157, 3) as number,
        streets: ['A St'],
        outline: { type: 'Point', coordinates: [1, 2] },
        withdrawn: true,
        updated_at: '2026-03-02T00:00:00.000Z',
      },
    ])
    expect((await server.inject({ method: 'DELETE', url })).statusCode).toBe(404)
  })

  it('is promised while the lake is behind', async () => {
    const server = app()
    shown = [true, false, false]
    const answer = await put(server, { name: 'New' })
    expect([answer.statusCode, answer.json<unknown>()]).toEqual([202, { positions: [[10, 1]] }])
    expect(problem(await put(server, { name: 'Newer' }))).toMatchObject({
      status: 503,
      code: 'ART_NOT_READY',
    })
  })

  it('tells which rule of the stream refused it', async () => {
    const outcomes: ServerDeps['outcomes'] = {
      ...fakeDeps().outcomes,
      stream: async () => ({
        new: 0,
        repeats: 0,
        conflicts: 0,
        quarantined: 1,
        reasons: [{ reasons: ['closes_before_open'], lines: 1 }],
      }),
    }
    const things = { ...fakeDeps().things, shown: async () => true }
    const answer = await put(app({ outcomes, things }), { name: 'New' })
    expect(problem(answer)).toMatchObject({ status: 422, code: 'ART_RULE', reasons: ['closes_before_open'] })
  })

  it('is not changed in a simulated city', async () => {
    expect(problem(await put(app({ mode: 'simulated' }), { name: 'New' }))).toMatchObject({
      code: 'ART_SIMULATED',
    })
  })
})
