import { describe, expect, it } from 'vitest'
import type { Loss } from '../../../src/serve/contract/index.ts'
import { buildServer } from '../../../src/serve/server.ts'
import { ADMIN_SECRET, fakeDeps } from '../fake-deps.ts'

const loss = (n: number, more: Partial<Loss> = {}): Loss => ({
  id: `log-${n}`,
  layer: 'log',
  table: null,
  from_position: n,
  to_position: n + 10,
  records: 10,
  exact: true,
  in_lake: 4,
  gone: 6,
  found_at: '2026-03-01T00:00:00Z',
  arrived_from: null,
  arrived_to: null,
  file: 'segments/0.ndjson.zst',
  offset: 0,
  bytes: 10,
  set_aside: null,
  message: 'gone',
  acknowledged: null,
  ...more,
})

function server() {
  const all = [
    loss(0),
    loss(20),
    loss(40, { acknowledged: { at: '2026-03-02T00:00:00Z', by: 'ana', note: null } }),
  ]
  const asked: unknown[] = []
  const app = buildServer(
    fakeDeps({
      losses: {
        list: () => all,
        acknowledge: async (id, by, note) => {
          asked.push([id, by, note])
          return all.find(one => one.id === id) ?? null
        },
      },
    }),
  )
  return { app, asked }
}

const ids = (body: { items: Loss[] }) => body.items.map(({ id }) => id)

describe('the list of losses', () => {
  it('is newest first, by pages, and by whether somebody took note', async () => {
    const { app } = server()
    const first = (await app.inject('/v1/losses?limit=2')).json<{ items: Loss[]; next: string }>()
    expect(ids(first)).toEqual(['log-40', 'log-20'])
    const second = (await app.inject(first.next)).json<{ items: Loss[]; next: null }>()
    expect(ids(second)).toEqual(['log-0'])
    expect(second.next).toBeNull()
    expect(ids((await app.inject('/v1/losses?acknowledged=no')).json())).toEqual(['log-20', 'log-0'])
    expect(ids((await app.inject('/v1/losses?acknowledged=yes')).json())).toEqual(['log-40'])
  })

  it('refuses a cursor of another list', async () => {
    const cursor = Buffer.from(JSON.stringify(['sensors', 'asc', 'a'])).toString('base64url')
    expect((await server().app.inject(`/v1/losses?cursor=${cursor}`)).statusCode).toBe(400)
  })
})

describe('acknowledging a loss', () => {
  const ask = (id: string, payload: object | undefined, authorization?: string) => {
    const { app, asked } = server()
    const headers = { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) }
    const url = `/v1/losses/${id}/acknowledge`
    return app
      .inject({ method: 'POST', url, headers, ...(payload ? { payload } : {}) })
      .then(answer => ({ answer, asked }))
  }
  const admin = `Bearer ${ADMIN_SECRET}`

  it('wants the administrator', async () => {
    const { answer, asked } = await ask('log-0', {})
    expect(answer.statusCode).toBe(401)
    expect(asked).toEqual([])
  })

  it('takes a name and a note, or neither', async () => {
    const full = await ask('log-0', { by: 'ana', note: 'rack 4' }, admin)
    expect(full.answer.json()).toMatchObject({ id: 'log-0' })
    expect(full.asked).toEqual([['log-0', 'ana', 'rack 4']])
    expect((await ask('log-0', undefined, admin)).asked).toEqual([['log-0', 'administrator', null]])
  })

  it('names a loss that there is not, and a note that cannot be shown', async () => {
    const unknown = await ask('log-1', {}, admin)
    expect(unknown.answer.statusCode).toBe(404)
    expect(unknown.answer.body).toContain('log-1')
    expect((await ask('log-0', { note: 'a\u202eb' }, admin)).answer.statusCode).toBe(400)
  })
})
