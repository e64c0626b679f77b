export interface BrokerReader<S> {
  readonly state: S
  run(signal: AbortSignal): Promise<void>
}

export interface Reading<S> {
  readonly states: () => readonly S[]
  readonly stop: () => Promise<void>
}

/** Looked at so often without anything having happened: what is told may be over. */
const TELL_MS = 5000

/** Lets readers run until they are stopped. @param tell tells what is wrong with them */
export function running<S>(readers: readonly BrokerReader<S>[], tell: () => void): Reading<S> {
  const ended = new AbortController()
  const ends = readers.map(reader => reader.run(ended.signal))
  const timer = setInterval(tell, TELL_MS)
  timer.unref()
  return {
    states: () => readers.map(({ state }) => state),
    async stop() {
      clearInterval(timer)
      ended.abort()
      await Promise.all(ends)
    },
  }
}
