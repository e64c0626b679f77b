import { createHmac } from 'node:crypto'
import type { Secret } from '../../../core/config/index.ts'
import { fetchGuarded, OutboundError, showAddress } from '../../../core/outbound/index.ts'
import type { OutboundOptions } from '../../../core/outbound/index.ts'
import { printableLine } from '../../../core/text/printable.ts'
import type { Outcome } from './delivery.ts'
import type { Send } from './dispatcher.ts'
import { featureOf, jsonOf } from './message.ts'

export interface Webhook {
  readonly url: string | Secret
  /** Signs what is sent; null: it is not signed. */
  readonly secret: Secret | null
  readonly format: 'json' | 'geojson'
}

export interface WebhookDeps {
  readonly city: string
  readonly outbound: Pick<OutboundOptions, 'allow' | 'proxy'>
  readonly now: () => number
}

const MEDIA = { json: 'application/json', geojson: 'application/geo+json' } as const
/** Only its beginning is kept; nothing is made of it. */
const MAX_ANSWER_BYTES = 1024 * 1024
const SHOWN_CHARS = 200

/**
 * Posts alerts to an address, signed as Standard Webhooks (standardwebhooks.com) are: whoever has the secret can tell that they are
 * ours, and by their time that nobody sends old ones again. Taken by any answer of 200 to 299.
 */
export function webhook({ url, secret, format }: Webhook, { city, outbound, now }: WebhookDeps): Send {
  const address = typeof url === 'string' ? url : url.reveal()
  // An address that was given as a secret is one: messages have its host at most.
  const shown = (text: string) =>
    typeof url === 'string' ? text : text.replaceAll(showAddress(address), hostOf(address))
  return async ({ id, alert }, signal) => {
    const message = format === 'geojson' ? featureOf(alert, city) : jsonOf(alert, city)
    const body = Buffer.from(JSON.stringify(message))
    const headers = {
      'content-type': MEDIA[format],
      'x-arterial-delivery': id,
      ...signatureOf(id, body, secret, now()),
    }
    try {
      const answer = await fetchGuarded(address, {
        ...outbound,
        ...{ headers, body, signal, maxBytes: MAX_ANSWER_BYTES },
      })
      return outcomeOf(answer)
    } catch (error) {
      if (!(error instanceof OutboundError) || signal.aborted) throw error
      return { result: 'failed', status: null, says: shown(error.message), retryAfterS: null }
    }
  }
}

/** The headers of Standard Webhooks 1.0: `webhook-signature` is HMAC-SHA-256 over `id.timestamp.body`, in Base64. */
export function signatureOf(
  id: string,
  body: Buffer,
  secret: Secret | null,
  nowMs: number,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1000))
  const named = { 'webhook-id': id, 'webhook-timestamp': timestamp }
  if (secret === null) return named
  const signed = createHmac('sha256', keyOf(secret.reveal())).update(`${id}.${timestamp}.`).update(body)
  return { ...named, 'webhook-signature': `v1,${signed.digest('base64')}` }
}

/** `whsec_` and Base64, as Standard Webhooks writes secrets; anything else is the key as it stands. */
function keyOf(secret: string): Buffer {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+=*)$/.exec(secret) ?? []
  return encoded === undefined ? Buffer.from(secret) : Buffer.from(encoded, 'base64')
}

function outcomeOf({ status, body, retryAfterS }: Awaited<ReturnType<typeof fetchGuarded>>): Outcome {
  const text = printableLine(body.subarray(0, SHOWN_CHARS).toString().trim())
  const says = text === '' ? `answered ${status}` : `answered ${status}: ${text}`
  if (status >= 200 && status < 300) return { result: 'delivered', status, says, retryAfterS: null }
  // RFC 9110, 15.5.11: it is gone, and whoever asks is to ask no more.
  return { result: status === 410 ? 'failed for good' : 'failed', status, says, retryAfterS }
}

function hostOf(address: string): string {
  const url = URL.parse(address)
  return url === null ? 'the address' : `${url.protocol}//${url.host}/…`
}
