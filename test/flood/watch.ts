// The page's reads, asked from a thread of their own: two hundred lanes beside them in one thread would be timed along.
import { parentPort, workerData } from 'node:worker_threads'
import { healthLane, lane, pageLanes, tally, type Tally } from './load.ts'

/** What the thread saw: the page's reads by path, and the health check. */
export interface Seen {
  readonly page: Record<string, Tally>
  readonly health: Tally
}

const { url } = workerData as { url: string }
const stop = new AbortController()
parentPort?.once('message', () => stop.abort())

const seen: Seen = {
  page: Object.fromEntries(pageLanes.map(({ next }) => [next().path, tally()])),
  health: tally(),
}
await Promise.all([
  lane(url, healthLane, seen.health, stop.signal),
  ...pageLanes.map(options => lane(url, options, seen.page[options.next().path] ?? tally(), stop.signal)),
])
parentPort?.postMessage(seen)
