import type { Secret } from '../../core/config/index.ts'
import type { MessageLines } from '../../core/text/message-lines.ts'
import type { TopicPattern } from './topic-pattern.ts'

/** How a broker is reached, and as whom. */
export interface MqttConnection {
  readonly host: string
  readonly port: number
  /** Of the WebSocket that MQTT goes through; null: through none. */
  readonly webSocketPath: string | null
  readonly tls: 'verify' | 'off'
  /** Certificates to trust beside the usual ones, PEM. */
  readonly ca: string | null
  /** By which the broker knows who comes, where it asks for it: a certificate with those between, PEM, and its key. */
  readonly identity: { readonly cert: string; readonly key: Secret } | null
  readonly user: string | null
  readonly password: Secret | null
  readonly version: '5' | '3.1.1'
  /** By which the broker knows the session again. */
  readonly clientId: string
  /** So long it keeps the session of a client that is away (MQTT 5); 0: it forgets the session that was. */
  readonly sessionS: number
}

/** A broker whose topics are read. */
export interface MqttFeed {
  readonly name: string
  readonly connection: MqttConnection
  readonly topics: readonly MqttTopic[]
}

/** What becomes of a topic's messages. */
export interface MqttTopic {
  readonly pattern: TopicPattern
  /** The stream its lines are of, for people. */
  readonly stream: string
  /** Of its lines, as the log names it. */
  readonly kind: string
  readonly intervalS: number | null
  /** Are records made of the messages that they are not by themselves? Then one that was refused is never taken for a record. */
  readonly isMapped: boolean
  /** @param fields what the message's topic says */
  readonly read: (value: Buffer, fields: Readonly<Record<string, string>>) => MessageLines
}

/** How a feed is, for those who look. */
export interface MqttFeedState {
  readonly name: string
  readonly state: 'connecting' | 'reading' | 'waiting' | 'failing' | 'stopped'
  /** Why it waits or fails. */
  readonly message: string | null
  readonly topics: readonly MqttTopicState[]
  /** Sessions that the broker forgot. */
  readonly lost: readonly LostSession[]
}

/** A session that the broker had no more: what it received in between may never have come here. */
export interface LostSession {
  readonly sinceMs: number
  readonly untilMs: number
}

export interface MqttTopicState {
  readonly topic: string
  readonly stream: string
  readonly state: 'unknown' | 'subscribed' | 'refused'
  /** Why the broker refuses it. */
  readonly reason: string | null
  /** Since the start. */
  readonly messages: number
  readonly records: number
  readonly refused: number
  /** Messages that the broker marks as sent again. */
  readonly repeated: number
  /** Messages that their sender asked no acknowledgement for: they are lost where this program or the broker ends. */
  readonly unacknowledged: number
  /** The newest message that said no record. */
  readonly lastRefused: { readonly topic: string; readonly reason: string } | null
}
