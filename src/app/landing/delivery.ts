import { createHash } from 'node:crypto'
import { z } from 'zod'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** One download, as it was received. */
export const Receipt = z.strictObject({
  dataset: z.string(),
  sha256,
  bytes: z.int().nonnegative(),
  receivedAtMs: z.number(),
  /** Where from; of a file its name. Without secrets. */
  from: z.string(),
  status: z.int().nullable(),
  headers: z.record(z.string(), z.string()),
})
export type Receipt = Readonly<z.infer<typeof Receipt>>

/** What is processed at once: the pages of a download, or a file that somebody put there. */
export const Delivery = z.strictObject({
  dataset: z.string(),
  /** `all`: the whole dataset, so that what is missing from it is gone. `since`: what was touched since. `file`: whatever a file says. */
  holds: z.enum(['all', 'since', 'file']),
  receivedAtMs: z.number(),
  from: z.string(),
  parts: z.array(z.strictObject({ sha256, bytes: z.int().nonnegative(), rows: z.int().nullable() })),
})
export type Delivery = Readonly<z.infer<typeof Delivery>>

export interface NamedDelivery extends Delivery {
  /** In the order in which they were received: `20261127T145034123Z-9f86d081884c`. */
  readonly id: string
}

/** Sorts by time; the same content at the same time is the same. */
export function landedId(atMs: number, contents: readonly string[]): string {
  const stamp = new Date(atMs).toISOString().replaceAll(/[-:.]/g, '')
  return `${stamp}-${createHash('sha256').update(contents.join()).digest('hex').slice(0, 12)}`
}

/** The time in an id. */
export function landedAtMs(id: string): number {
  const [, date = '', time = '', ms = ''] = /^(\d{8})T(\d{6})(\d{3})Z/.exec(id) ?? []
  const apart = (text: string, mark: string) => text.replace(/(..)(..)$/, `${mark}$1${mark}$2`)
  return Date.parse(`${apart(date, '-')}T${apart(time, ':')}.${ms}Z`)
}

/** What in an id tells contents apart: the same contents have the same. */
export function markIn(id: string): string {
  return id.slice(id.lastIndexOf('-') + 1)
}
