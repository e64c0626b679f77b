/** The one thing this source needs of an MQTT client: a session with a broker. */
export interface MqttLink {
  /** Did the broker know the session? */
  readonly wasKept: boolean
  /** Why it is over; null while it lives. */
  readonly ended: Error | null
  /** @returns for each filter null, or why the broker refuses it */
  subscribe(filters: readonly string[]): Promise<readonly (string | null)[]>
  unsubscribe(filters: readonly string[]): Promise<void>
  /** Waits for messages, and a moment for more of them; none where the signal aborts. @throws {MqttError} when the session is over, and all that came in it was taken */
  take(signal: AbortSignal): Promise<readonly Incoming[]>
  /** Tells the broker that it may forget them. In the order in which they came. */
  acknowledge(messages: readonly Incoming[]): void
  close(): Promise<void>
}

export interface Incoming {
  readonly topic: string
  readonly payload: Buffer
  /** What its acknowledgement bears; null where its sender asked for none. */
  readonly id: number | null
  /** The broker sent it before. */
  readonly isRepeated: boolean
  /** Bytes of a message that is longer than any that is kept; its payload is empty then. */
  readonly tooLong: number | null
}
