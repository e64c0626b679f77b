import { describe, expect, it, vi } from 'vitest'
import type { IngestRequest } from '../../../src/serve/index.ts'
import { buildServer } from '../../../src/serve/server.ts'
import { examples } from '../../streams/example.ts'
import { fakeDeps } from '../fake-deps.ts'
import { problem } from '../problem.ts'

const delivered = { accepted: 1, position: '7', positions: [[7, 1] as const] }

describe('POST /v1/<stream>', () => {
  it('hands the body to the door with its stream and source', async () => {
    const ingest = vi.fn(async (_body: unknown, _request: IngestRequest) => delivered)
    const app = buildServer(fakeDeps({ streams: examples, ingest }))
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/air-quality?source=lab',
      headers: { 'content-type': 'application/x-ndjson' },
      payload: '{}\n',
    })
    expect([answer.statusCode, answer.json<unknown>()]).toEqual([200, delivered])
    expect(ingest.mock.calls[0]?.[1]).toMatchObject({
      source: 'lab',
      intervalS: null,
      stream: { name: 'air-quality' },
    })
  })

  it('is closed where readings are', async () => {
    const simulated = buildServer(fakeDeps({ streams: examples, mode: 'simulated' }))
    expect(problem(await simulated.inject({ method: 'POST', url: '/v1/alarms' }))).toMatchObject({
      code: 'ART_SIMULATED',
      detail: expect.stringContaining('records of alarms') as string,
    })
    const refusal = { status: 429, code: 'ART_BACKLOG', detail: 'Behind.', retryAfterS: 3 } as const
    const behind = buildServer(fakeDeps({ streams: examples, admission: () => refusal }))
    expect((await behind.inject({ method: 'POST', url: '/v1/alarms' })).statusCode).toBe(429)
  })

  it('knows no parameter of readings alone, and no stream that is not declared', async () => {
    const app = buildServer(fakeDeps({ streams: examples }))
    expect((await app.inject({ method: 'POST', url: '/v1/alarms?interval_s=60' })).statusCode).toBe(400)
    expect((await app.inject({ method: 'POST', url: '/v1/nothing' })).statusCode).toBe(404)
  })

  it('tells what became of a delivery once it is loaded', async () => {
    const stream = vi.fn(async () => ({ new: 1, repeats: 1, conflicts: 0, quarantined: 0, reasons: [] }))
    const outcomes = { ...fakeDeps().outcomes, stream }
    const app = buildServer(fakeDeps({ streams: examples, outcomes }))
    const ask = (positions: unknown) =>
      app.inject({
        method: 'POST',
        url: '/v1/alarms/outcome',
        headers: { 'content-type': 'application/json' },
        payload: JSON.stringify({ positions }),
      })
    expect((await ask([[3, 2]])).json()).toMatchObject({ pending: 0, outcome: { new: 1, repeats: 1 } })
    expect((await ask([[9, 5]])).json()).toMatchObject({ pending: 4, outcome: null })
  })

  it('is described with fields and units', async () => {
    const app = buildServer(fakeDeps({ streams: examples }))
    const { paths } = (await app.inject('/openapi.json')).json<{
      paths: Record<string, Record<string, { requestBody: { content: Record<string, { schema: unknown }> } }>>
    }>()
    expect(paths['/v1/air-quality']?.['post']?.requestBody.content['application/json']?.schema).toMatchObject(
      {
        required: ['station_id', 'timestamp'],
        properties: { temperature_f: { unit: '°F' }, no2: { unit: 'µg/m³' } },
      },
    )
  })
})
