import { describe, expect, it } from 'vitest'
import type { AlertDelivery, AlertList, AlertRule } from '../../../src/serve/alerts/index.ts'
import { buildServer } from '../../../src/serve/server.ts'
import { fakeDeps } from '../fake-deps.ts'

const rule: AlertRule = {
  ...{ name: 'crashes', about: 'incidents', says: 'every incident', targets: ['ops'] },
  ...{ waiting: 1, delivered: 0, given_up: 0 },
}
const delivery = (n: number, over: Partial<AlertDelivery> = {}): AlertDelivery => ({
  delivery_id: `d${n}`,
  ...{ alert_id: 'a', rule: 'crashes', target: 'ops', recipient: null, kind: 'incident', change: 'new' },
  ...{ incident_id: 'i1', problem: null, headline: 'severe: pedestrian', state: 'waiting' },
  ...{ created_at: '2026-03-01T12:00:00.000Z', attempts: 1, next_at: '2026-03-01T12:01:00.000Z' },
  tries: [{ at: '2026-03-01T12:00:00.000Z', status: 503, says: 'answered 503' }],
  ...{ ended_at: null, reason: null },
  ...over,
})

const all = [delivery(1), delivery(2, { state: 'delivered' }), delivery(3, { rule: 'system' })]
const alerts: AlertList = {
  rules: () => [rule],
  deliveries: () => all,
  test: async name => (name === 'crashes' ? [delivery(9, { kind: 'test', state: 'delivered' })] : null),
}
const app = () => buildServer(fakeDeps({ alerts }))
const ids = async (query: string) => {
  const answer = await app().inject(`/v1/alerts/deliveries${query}`)
  return answer.json<{ items: AlertDelivery[] }>().items.map(one => one.delivery_id)
}

describe('alerts by the API', () => {
  it('are rules', async () => {
    const answer = await app().inject('/v1/alerts')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.json()).toEqual({ items: [rule] })
  })

  it('are deliveries by state and rule, up to a limit', async () => {
    expect(await ids('')).toEqual(['d1', 'd2', 'd3'])
    expect(await ids('?state=waiting')).toEqual(['d1', 'd3'])
    expect(await ids('?rule=system')).toEqual(['d3'])
    expect(await ids('?limit=1')).toEqual(['d1'])
    const wrong = await app().inject('/v1/alerts/deliveries?state=lost')
    expect(wrong.statusCode).toBe(400)
  })

  it('are tested by their rule', async () => {
    const tested = await app().inject({ method: 'POST', url: '/v1/alerts/crashes/test' })
    expect(tested.json()).toMatchObject({ items: [{ delivery_id: 'd9', state: 'delivered' }] })
    const unknown = await app().inject({ method: 'POST', url: '/v1/alerts/nobody/test' })
    expect(unknown.statusCode).toBe(404)
    expect(unknown.json()).toMatchObject({ code: 'ART_NOT_FOUND' })
  })
})
