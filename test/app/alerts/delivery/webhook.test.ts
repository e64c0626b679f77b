import { createHmac } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { newDelivery } from '../../../../src/app/alerts/delivery/delivery.ts'
import type { Alert } from '../../../../src/app/alerts/delivery/alert.ts'
import { signatureOf, webhook } from '../../../../src/app/alerts/delivery/webhook.ts'
import type { Webhook } from '../../../../src/app/alerts/delivery/webhook.ts'
import { Secret } from '../../../../src/core/config/index.ts'
import { localServer } from '../../../core/outbound/local-server.ts'
import { incidentAlert, problemAlert, testAlert } from './room.ts'

const NOW = Date.parse('2026-03-01T12:10:00.900Z')

interface Got {
  readonly headers: IncomingMessage['headers']
  readonly method: string | undefined
  readonly body: string
}

/** A receiver that keeps what it gets. */
async function receiver(answer: (response: ServerResponse, n: number) => void) {
  const got: Got[] = []
  const server = await localServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { headers, method } = request
      got.push({ headers, method, body: Buffer.concat(chunks).toString() })
      answer(response, got.length)
    })
  })
  return { url: `${server.url}/hook`, got }
}

const send = (to: Partial<Webhook> & Pick<Webhook, 'url'>, alert: Alert, allow = ['127.0.0.1']) =>
  webhook({ secret: null, format: 'json', ...to }, { city: 'Calgary', outbound: { allow }, now: () => NOW })(
    newDelivery(alert, 'ops', null, 0),
    new AbortController().signal,
  )
const taken = (response: ServerResponse) => response.writeHead(204).end()

describe('a webhook', () => {
  it('is posted JSON with the id of the delivery, signed so that the receiver can check it', async () => {
    const { url, got } = await receiver(taken)
    const outcome = await send({ url, secret: new Secret('the key') }, incidentAlert)
    expect(outcome).toEqual({ result: 'delivered', status: 204, says: 'answered 204', retryAfterS: null })
    const [{ headers, method, body }] = got as [Got]
    expect(method).toBe('POST')
    const { id } = newDelivery(incidentAlert, 'ops', null, 5)
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'x-arterial-delivery': id,
      'webhook-id': id,
      'webhook-timestamp': '1772367000',
    })
    const signed = createHmac('sha256', 'the key').update(`${id}.1772367000.${body}`).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${signed}`)
    expect(JSON.parse(body)).toEqual({
      ...{
        alert_id: incidentAlert.alertId,
        city: 'Calgary',
        rule: 'crashes',
        kind: 'incident',
        change: 'new',
      },
      incident: {
        incident_id: 'i1',
        ...{ type: 'pedestrian', severity: 'severe', title: 'Macleod Trail and 25 Avenue SE' },
        description: 'Incident involving a pedestrian.\nBlocking the right lane',
        ...{ started_at: '2026-03-01T12:00:00.000Z', updated_at: '2026-03-01T12:01:00.000Z' },
        ...{ arrived_at: '2026-03-01T12:05:00.000Z', latitude: 51.03, longitude: -114.06 },
        ...{ community: 'MISSION', quadrant: 'SE' },
      },
      problem: null,
    })
  })

  it('is posted a GeoJSON Feature where it wants one', async () => {
    const { url, got } = await receiver(taken)
    await send({ url, format: 'geojson' }, incidentAlert)
    await send({ url, format: 'geojson' }, testAlert('crashes'))
    expect(got[0]?.headers['content-type']).toBe('application/geo+json')
    expect(JSON.parse(got[0]?.body ?? '')).toMatchObject({
      type: 'Feature',
      id: incidentAlert.alertId,
      geometry: { type: 'Point', coordinates: [-114.06, 51.03] },
      properties: { rule: 'crashes', change: 'new', incident_id: 'i1', severity: 'severe' },
    })
    expect(JSON.parse(got[1]?.body ?? '')).toMatchObject({ geometry: null, properties: { kind: 'test' } })
  })

  it('is told of problems of the system', async () => {
    const { url, got } = await receiver(taken)
    await send({ url }, problemAlert)
    expect(JSON.parse(got[0]?.body ?? '')).toMatchObject({
      incident: null,
      problem: { code: 'jobs', message: 'The job calgary is late', since: '2026-03-01T12:00:00.000Z' },
    })
  })

  it.each([
    [500, 'failed'],
    [401, 'failed'],
    [429, 'failed'],
    [302, 'failed'],
    [410, 'failed for good'],
  ] as const)(
    'answering %i has %s; the answer is kept, and no redirect is followed',
    async (status, result) => {
      const { url, got } = await receiver(response =>
        response.writeHead(status, { 'retry-after': '30', location: '/elsewhere' }).end('no\u0007'),
      )
      expect(await send({ url }, incidentAlert)).toEqual({
        ...{ result, status, says: `answered ${status}: no\\u0007`, retryAfterS: 30 },
      })
      expect(got).toHaveLength(1)
    },
  )

  it('in a private network is called only where that is allowed', async () => {
    const { url, got } = await receiver(taken)
    const outcome = await send({ url }, incidentAlert, [])
    expect(outcome).toMatchObject({ result: 'failed', status: null })
    expect(outcome.says).toContain('127.0.0.1')
    expect(got).toEqual([])
  })

  it('whose address is a secret is not named', async () => {
    const outcome = await send({ url: new Secret('http://127.0.0.1:9/services/hidden') }, incidentAlert, [])
    expect(outcome.says).toContain('http://127.0.0.1:9/…')
    expect(outcome.says).not.toContain('hidden')
  })

  it('takes a secret as Standard Webhooks writes it for its bytes', () => {
    // The example of its specification.
    const secret = new Secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
    const body = Buffer.from('{"test": 2432232314}')
    expect(signatureOf('msg_p5jXN8AQM9LWM0D4loKWxJek', body, secret, 1_614_265_330_000)).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })
})
