import { z } from 'zod'

const at = z.iso.datetime().nullable()
const text = z.string().nullable()

/** A rule, and how many of its deliveries are in the list. */
export const AlertRule = z.strictObject({
  name: z.string(),
  about: z.enum(['incidents', 'problems']),
  says: z.string().meta({ description: 'What it is about, in words' }),
  targets: z.array(z.string()),
  waiting: z.int().nonnegative(),
  delivered: z.int().nonnegative(),
  given_up: z.int().nonnegative(),
})
export type AlertRule = z.infer<typeof AlertRule>

/** An alert on its way to a webhook or a mail address. */
export const AlertDelivery = z.strictObject({
  delivery_id: z.string().meta({ description: 'As X-Arterial-Delivery says it; the same for every try' }),
  alert_id: z.string(),
  rule: z.string(),
  target: z.string(),
  recipient: text.meta({ description: 'A mail address; null of a webhook' }),
  kind: z.enum(['incident', 'problem', 'test']),
  change: z
    .enum(['new', 'raised'])
    .nullable()
    .meta({ description: 'raised: it was known before, and is worse now' }),
  incident_id: text,
  problem: text.meta({ description: 'Its code' }),
  headline: z.string(),
  state: z.enum(['waiting', 'delivered', 'given up']),
  created_at: z.iso.datetime(),
  attempts: z.int().nonnegative(),
  tries: z
    .array(
      z.strictObject({
        at: z.iso.datetime(),
        status: z.int().nullable().meta({ description: 'Of HTTP or SMTP; null where nobody answered' }),
        says: z.string(),
      }),
    )
    .meta({ description: 'The last ten, oldest first' }),
  next_at: at.meta({ description: 'When it is tried again' }),
  ended_at: at,
  reason: text.meta({ description: 'Why it was given up' }),
})
export type AlertDelivery = z.infer<typeof AlertDelivery>
