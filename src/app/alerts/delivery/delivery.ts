import { z } from 'zod'
import { HOUR_MS, MINUTE_MS } from '../../../core/time/spans.ts'
import { alertIdOf } from '../../../insight/alerts/index.ts'
import { Alert } from './alert.ts'

/** One try, and what the other side answered. */
const Try = z.object({
  atMs: z.number(),
  /** Of HTTP or SMTP; null where nobody answered. */
  status: z.number().nullable(),
  says: z.string(),
})
export type Try = Readonly<z.infer<typeof Try>>

/** An alert on its way to one webhook or mail address, as it stands on disk. */
export const Delivery = z.object({
  /** The same for every try: whoever gets one twice can tell. */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  target: z.string(),
  /** A mail address; null of a webhook. */
  recipient: z.string().nullable(),
  alert: Alert,
  createdAtMs: z.number(),
  state: z.enum(['waiting', 'delivered', 'given up']),
  attempts: z.int().nonnegative(),
  /** The last ones, oldest first. */
  tries: z.array(Try),
  nextMs: z.number().nullable(),
  endedAtMs: z.number().nullable(),
  /** Why it was given up. */
  reason: z.string().nullable(),
})
export type Delivery = Readonly<z.infer<typeof Delivery>>

/** How a try went; what failed for good is not tried again. */
export interface Outcome extends Omit<Try, 'atMs'> {
  readonly result: 'delivered' | 'failed' | 'failed for good'
  /** The other side wants to be left alone for so long. */
  readonly retryAfterS: number | null
}

export interface RetryPlan {
  readonly giveUpMs: number
  /** 0 to 1. */
  readonly random: () => number
}

const KEPT_TRIES = 10
const FIRST_RETRY_MS = 10_000
const LONGEST_RETRY_MS = HOUR_MS
/** The waits differ by up to a fifth, so that what failed together is not tried together. */
const SPREAD = 0.2

export function newDelivery(alert: Alert, target: string, recipient: string | null, nowMs: number): Delivery {
  return {
    id: alertIdOf(['delivery', alert.alertId, target, recipient ?? '']),
    ...{ target, recipient, alert, createdAtMs: nowMs, state: 'waiting', attempts: 0, tries: [] },
    ...{ nextMs: nowMs, endedAtMs: null, reason: null },
  }
}

/** Whether it is to be tried now. What a clock planned that was ahead by more than a minute, and was set back, does not count. */
export function isDue({ nextMs, tries, createdAtMs }: Delivery, nowMs: number): boolean {
  const plannedAtMs = tries.at(-1)?.atMs ?? createdAtMs
  return (nextMs ?? 0) <= nowMs || plannedAtMs - nowMs > MINUTE_MS
}

/** The delivery after a try. */
export function afterTry(delivery: Delivery, outcome: Outcome, nowMs: number, plan: RetryPlan): Delivery {
  const { result, status, says, retryAfterS } = outcome
  const attempts = delivery.attempts + 1
  const tries = [...delivery.tries, { atMs: nowMs, status, says }].slice(-KEPT_TRIES)
  const tried = { ...delivery, attempts, tries }
  if (result === 'delivered') return { ...tried, state: 'delivered', nextMs: null, endedAtMs: nowMs }
  if (result === 'failed for good') return givenUp(tried, says, nowMs)
  const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** delivery.attempts)
  const spreadMs = waitMs * (1 + SPREAD * (2 * plan.random() - 1))
  const nextMs = nowMs + Math.max(spreadMs, (retryAfterS ?? 0) * 1000)
  if (nextMs > delivery.createdAtMs + plan.giveUpMs)
    return givenUp(tried, `not delivered in time, after ${attempts} tries; the last: ${says}`, nowMs)
  return { ...tried, nextMs }
}

export function givenUp(delivery: Delivery, reason: string, nowMs: number): Delivery {
  return { ...delivery, state: 'given up', nextMs: null, endedAtMs: nowMs, reason }
}
