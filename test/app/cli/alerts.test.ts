import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AlertDelivery } from '../../../src/serve/alerts/index.ts'
import { arterial, Stage } from './fake.ts'

let stage: Stage
beforeEach(() => {
  stage = new Stage()
})
afterEach(() => stage.close())

const delivery = (over: Partial<AlertDelivery>): AlertDelivery => ({
  ...{ delivery_id: 'd', alert_id: 'a', rule: 'crashes', target: 'duty', recipient: 'a@x.ca', kind: 'test' },
  ...{ change: null, incident_id: null, problem: null, headline: 'test of the rule crashes' },
  ...{ state: 'delivered', created_at: '2026-03-01T12:00:00.000Z', attempts: 1, next_at: null },
  tries: [{ at: '2026-03-01T12:00:00.000Z', status: 250, says: '250 taken' }],
  ...{ ended_at: '2026-03-01T12:00:01.000Z', reason: null },
  ...over,
})

describe('arterial alerts', () => {
  it('test says how it went at each target, and is 4 where one was not reached', async () => {
    const failed = delivery({
      target: 'ops',
      recipient: null,
      state: 'given up',
      tries: [],
      reason: 'no answer',
    })
    await stage.serve('city', { 'POST /v1/alerts/crashes/test': { items: [delivery({}), failed] } })
    const { code, stdout } = await arterial(stage, ['alerts', 'test', 'crashes'])
    expect(stdout).toBe('duty (a@x.ca): delivered (250 taken)\nops: NOT delivered (no answer)\n')
    expect(code).toBe(4)
  })

  it('deliveries shows what waits and why, nothing that steers a terminal', async () => {
    const waiting = delivery({
      ...{ state: 'waiting', kind: 'incident', headline: 'severe: \u001b[2J', ended_at: null },
      next_at: '2026-03-01T12:01:00.000Z',
    })
    await stage.serve('city', { 'GET /v1/alerts/deliveries': { items: [waiting] } })
    const { code, stdout } = await arterial(stage, ['alerts', 'deliveries', '--state', 'waiting'])
    expect(code).toBe(0)
    expect(stdout).toContain('2026-03-01T12:01:00.000Z')
    expect(stdout).not.toContain('\u001b[2J')
  })

  it('list says where rules are written when there are none', async () => {
    await stage.serve('city', { 'GET /v1/alerts': { items: [] } })
    const { stdout } = await arterial(stage, ['alerts', 'list'])
    expect(stdout).toContain('alerts.rules in arterial.yaml')
  })
})
