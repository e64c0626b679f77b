import { setTimeout as sleep } from 'node:timers/promises'
import { between, pick } from '../../random.ts'
import type { Random } from '../../random.ts'
import { ANSWER_WITHIN_MS, breakOff, Refused, RETRY_MS, sendBody } from '../delivery.ts'
import type { StreamAccount, StreamBatch } from './account.ts'
import type { Saying } from './kinds.ts'

export interface LaneOptions {
  readonly account: StreamAccount
  readonly random: Random
  readonly url: () => string
  readonly pauseMs: number
  readonly isRunning: () => boolean
  readonly onRequest: (isAgain: boolean) => void
}

/** Broken off in its middle, and then sent whole. */
const BREAK_OFF_SHARE = 0.03
const EDIT_SHARE = 0.15

/** Delivers one stream: one request after the other, each until it is answered. */
export async function streamLane(options: LaneOptions): Promise<void> {
  const { account, random, pauseMs, isRunning } = options
  while (isRunning()) {
    if (account.kind.how !== 'first' && random() < EDIT_SHARE) await edit(options)
    else await deliver(options, account.batch(between(random, 1, random() < 0.1 ? 400 : 40)))
    await sleep(pauseMs)
  }
}

async function deliver(options: LaneOptions, batch: StreamBatch): Promise<void> {
  const { account, random, url, onRequest } = options
  const path = `/v1/${account.kind.name}`
  const records = batch.sayings.map(saying => account.kind.record(saying))
  const lines = [...records.map(record => Buffer.from(JSON.stringify(record))), ...batch.garbage]
  if (lines.length === 0) return
  if (random() < BREAK_OFF_SHARE) await breakOff(url(), path, lines)
  const isArray = batch.garbage.length === 0 && random() < 0.2
  for (let attempt = 0; ; attempt++) {
    onRequest(attempt > 0)
    if (await sendBody(url(), path, lines, random, isArray)) break
    await sleep(RETRY_MS)
  }
  account.confirm(batch)
}

/** Through the door of one thing: a new version, and now and then it is withdrawn at once. */
async function edit(options: LaneOptions): Promise<void> {
  const { account, random } = options
  const saying = account.edit()
  const isShown = await change(options, 'PUT', saying)
  account.confirm({ sayings: [saying], garbage: [] })
  // A withdrawal says what the newest version said, which is known when the lake showed it.
  if (!isShown || account.kind.how !== 'arrival' || random() < 0.5) return
  await change(options, 'DELETE', saying)
  account.confirm({ sayings: [{ ...saying, withdrawn: true }], garbage: [] })
}

/** @returns whether the lake showed it when it was answered */
async function change(
  { account: { kind }, random, url, onRequest }: LaneOptions,
  method: 'PUT' | 'DELETE',
  saying: Saying,
): Promise<boolean> {
  const record = kind.record(saying)
  const { [kind.key]: thing, ...fields } = record
  const body = method === 'PUT' ? JSON.stringify(pick(random, [record, fields])) : null
  for (let attempt = 0; ; attempt++) {
    onRequest(attempt > 0)
    const answer = await fetch(`${url()}/v1/${kind.name}/${String(thing)}`, {
      ...{ method, body, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) },
      ...(body === null ? {} : { headers: { 'content-type': 'application/json' } }),
    }).catch(() => null)
    const text = await answer?.text().catch(() => null)
    const status = text === null || text === undefined ? 0 : (answer?.status ?? 0)
    if (status >= 200 && status < 300) return status !== 202
    // It was done when the answer was lost.
    if (attempt > 0 && method === 'DELETE' && status === 404) return true
    if (attempt > 0 && method === 'PUT' && status === 409) return true
    if (status !== 0 && status !== 429 && status < 500)
      throw new Refused(`${method} ${kind.name} ${String(thing)} was answered ${status}: ${text ?? ''}`)
    await sleep(RETRY_MS)
  }
}
