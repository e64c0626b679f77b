import type { Config } from '../../core/config/index.ts'
import { REQUEST_BYTES } from '../../outputs/kafka/producer.ts'

/** As brokers of Kafka see a door. */
export const CLIENT_ID = 'arterial-door'
/** A longer line is no record; topics take messages of a MiB by default, Event Hubs somewhat less. */
const MAX_MESSAGE_BYTES = REQUEST_BYTES - 1024
/** Of a line that is too long for a message, so much goes in its place. */
export const HEAD_BYTES = 16 * 1024

export function longestLine({ limits }: Config): number {
  return Math.min(limits.maxLineBytes, MAX_MESSAGE_BYTES)
}
