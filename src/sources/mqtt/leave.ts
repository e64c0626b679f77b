import type { LogWriter } from '../../core/log.ts'
import type { KeepLong } from '../../core/text/message-lines.ts'
import type { MqttConnection, MqttFeed } from './feed.ts'
import type { MqttLink } from './link.ts'
import { takeMessages } from './message-appends.ts'

export interface LeaveDeps {
  readonly feed: MqttFeed
  readonly connect: (connection: MqttConnection) => Promise<MqttLink>
  readonly log: LogWriter
  readonly keepLong: KeepLong
  readonly maxLineBytes: number
  readonly now: () => number
}

/** Nothing came for so long: the broker has no more, or it is slow. */
const QUIET_MS = 5000

/**
 * Takes what the broker keeps for a session that nobody will come back to, and has it forget the session. Interrupted, it can be
 * done again: what was not durable is there still.
 *
 * @returns how many messages waited
 * @throws {MqttError | AppendError}
 */
export async function leaveBroker({ feed, connect, ...deps }: LeaveDeps): Promise<number> {
  const link = await connect(feed.connection)
  let messages = 0
  try {
    const filters = feed.topics.map(({ pattern }) => pattern.filter)
    for (let came = Infinity; came > 0; messages += came) {
      // A broker answers in order: before it says yes, it has sent what our acknowledgements made room for. The answer may stand behind
      // many messages, and the session is only forgotten when there were none before it and none after it.
      const [before] = await Promise.all([takeAll(link, feed, deps), link.unsubscribe(filters)])
      came = before + (await takeAll(link, feed, deps))
    }
  } finally {
    await link.close()
  }
  const last = await connect({ ...feed.connection, sessionS: 0 })
  await last.close()
  return messages
}

async function takeAll(
  link: MqttLink,
  { topics }: MqttFeed,
  { log, keepLong, maxLineBytes, now }: Omit<LeaveDeps, 'feed' | 'connect'>,
): Promise<number> {
  for (let count = 0; ;) {
    const messages = await link.take(AbortSignal.timeout(QUIET_MS))
    if (messages.length === 0) return count
    const { appends } = await takeMessages(messages, { topics, arrivedAtMs: now(), keepLong, maxLineBytes })
    for (const append of appends) await log.append(append)
    link.acknowledge(messages)
    count += messages.length
  }
}
