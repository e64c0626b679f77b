import { describe, expect, it } from 'vitest'
import { DeliveryBook } from '../../../src/app/alerts/delivery/delivery-book.ts'
import type { Send } from '../../../src/app/alerts/delivery/dispatcher.ts'
import { AlertDesk } from '../../../src/app/alerts/desk.ts'
import type { DeskDeps } from '../../../src/app/alerts/desk.ts'
import { HOUR_MS } from '../../../src/core/time/spans.ts'
import { folder, incidentAlert, problemAlert } from './delivery/room.ts'

const NOW = incidentAlert.arrivedAtMs + 1_000
const ok: Send = async () => ({ result: 'delivered', status: 200, says: 'answered 200', retryAfterS: null })
const no: Send = async () => ({ result: 'failed', status: 500, says: 'answered 500', retryAfterS: null })
const anything = {
  ...{ types: null, severity: null, communities: null, quadrants: null, circle: null, polygon: null },
  ...{ problems: false, codes: null },
}
const settings: DeskDeps['settings'] = {
  maxAgeHours: 6,
  rules: [
    { ...anything, name: 'crashes', targets: ['ops', 'duty'], types: ['pedestrian'], severity: 'severe' },
    { ...anything, name: 'system', targets: ['ops'], problems: true, codes: ['jobs'] },
  ],
  targets: [
    { name: 'ops', kind: 'webhook', url: 'https://a.org', secret: null, format: 'json', to: [] },
    {
      ...{ name: 'duty', kind: 'email', url: null, secret: null, format: 'json' },
      to: ['a@x.ca', 'b@x.ca', 'a@x.ca'],
    },
  ],
}

async function desk(over: Partial<DeskDeps> = {}) {
  const dir = await folder()
  const book = await DeliveryBook.open({ dir, keep: 10, now: () => NOW })
  const senders = new Map([
    ['ops', ok],
    ['duty', no],
  ])
  return { book, desk: new AlertDesk({ settings, book, senders, now: () => NOW, ...over }) }
}

describe('the desk of alerts', () => {
  it('makes one delivery for each webhook and each address of a rule, once', async () => {
    const { desk: one } = await desk()
    await one.note([incidentAlert, problemAlert])
    await one.note([incidentAlert])
    const made = one
      .deliveries()
      .map(({ rule, target, recipient, state }) => [rule, target, recipient, state])
    expect(made.sort()).toEqual([
      ['crashes', 'duty', 'a@x.ca', 'waiting'],
      ['crashes', 'duty', 'b@x.ca', 'waiting'],
      ['crashes', 'ops', null, 'waiting'],
      ['system', 'ops', null, 'waiting'],
    ])
    expect(one.rules().map(({ name, says, waiting }) => [name, says, waiting])).toEqual([
      ['crashes', 'incidents: pedestrian; at least severe', 3],
      ['system', 'problems: jobs', 1],
    ])
  })

  it('lists what arrived while nobody looked as given up, and sends nobody to it', async () => {
    const { desk: one } = await desk({ now: () => NOW + 6 * HOUR_MS })
    await one.note([incidentAlert])
    for (const delivery of one.deliveries())
      expect(delivery).toMatchObject({
        ...{ state: 'given up', incident_id: 'i1', attempts: 0 },
        reason: 'it arrived too long ago, while alerts did not run',
      })
    expect(one.deliveries()).toHaveLength(3)
  })

  it('gives up what waits for a target that is gone, with that reason', async () => {
    const { desk: one, book } = await desk()
    await one.note([incidentAlert])
    const fewer = new AlertDesk({ settings, book, senders: new Map([['ops', ok]]), now: () => NOW })
    await fewer.giveUpOrphans()
    expect(fewer.deliveries().filter(({ state }) => state === 'waiting')).toHaveLength(1)
    const reasons = fewer.deliveries().flatMap(({ reason }) => reason ?? [])
    expect(reasons).toEqual(Array(2).fill('its target is no longer in the settings'))
  })

  it('tests a rule once at each of its targets and says how it went', async () => {
    const { desk: one } = await desk()
    const signal = new AbortController().signal
    const tried = await one.test('crashes', signal)
    expect(tried?.map(({ target, kind, state }) => [target, kind, state])).toEqual([
      ['ops', 'test', 'delivered'],
      ['duty', 'test', 'given up'],
      ['duty', 'test', 'given up'],
    ])
    expect(one.deliveries()).toHaveLength(3)
    expect(await one.test('nobody', signal)).toBeNull()
  })
})
