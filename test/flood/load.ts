import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { honest } from '../integration/sql-corpus/index.ts'

/** How long one kind of request took, and what was answered. */
export interface Tally {
  readonly ms: number[]
  readonly statuses: Record<string, number>
}

export const tally = (): Tally => ({ ms: [], statuses: {} })

/** The value below which so large a share of them lies; NaN of none. */
export function share(values: readonly number[], of: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? NaN
}

/** What asks for more than there is: time, memory, rows, the parser, and functions that nothing can end. */
const bombs = [
  'SELECT count() FROM numbers(1000000000000) WHERE sqrt(number) = 3.5',
  'SELECT groupArray(number) FROM numbers(1000000000)',
  "SELECT repeat('x', 1000000) FROM numbers(100000)",
  'SELECT count() FROM numbers(1000000) AS a, numbers(1000000) AS b',
  "SELECT number, repeat('x', 85) FROM numbers(500000)",
  `SELECT ${'1,'.repeat(19_000)}1`,
  `SELECT ${'('.repeat(2_000)}1`,
  `SELECT 1 WHERE ${'1=1 OR '.repeat(8_000)}1`,
  'SELECT sum(countEqual(range(1000000), number)) FROM numbers(65536)',
  'SELECT length(arrayMap(x -> has(range(300000), x + 1000000), range(300000)))',
  "SELECT position(materialize(repeat('a', 1000000)), materialize(concat(repeat('a', 500000), 'b')))",
  "SELECT ignore(levenshteinDistance(materialize(repeat('ab', 15000)), materialize(repeat('ba', 15000))))",
]

/** Honest ones of the corpus that any lake can answer. */
const questions = honest
  .map(([sql]) => sql)
  .filter(sql => !sql.includes('{') && !/\b(bronze|silver|gold|lake|quarantine)\./.test(sql))

/** What the page reads again and again. */
const page = [
  '/v1/status',
  '/v1/gold/district-quarters?limit=100',
  '/v1/gold/intersection-metrics?limit=100',
  '/v1/sensors?limit=100',
]

/** A lane sends one request after another. */
export interface LaneOptions {
  /** Each caller has an address of its own: the time of the slots is shared out among addresses. */
  readonly address: string
  readonly pauseMs: number
  readonly next: () => { readonly path: string; readonly sql: string | null }
}

let turn = 0
const statements = (list: readonly string[]) => () => ({
  path: '/v1/sql',
  sql: list[turn++ % list.length] ?? '',
})

export const bombLane: LaneOptions = { address: '127.0.0.2', pauseMs: 50, next: statements(bombs) }
export const questionLane: LaneOptions = { address: '127.0.0.3', pauseMs: 50, next: statements(questions) }
export const pageLanes: readonly LaneOptions[] = page.map(path => ({
  address: '127.0.0.1',
  pauseMs: 400,
  next: () => ({ path, sql: null }),
}))
export const healthLane: LaneOptions = {
  address: '127.0.0.1',
  pauseMs: 100,
  next: () => ({ path: '/healthz', sql: null }),
}

/** One request after another until told to stop. A pause behind a refusal, as a client takes that reads Retry-After. */
export async function lane(url: string, options: LaneOptions, into: Tally, stop: AbortSignal): Promise<void> {
  const isOn = () => !stop.aborted
  const agent = new Agent({ keepAlive: true, maxSockets: 1, localAddress: options.address })
  while (isOn()) {
    const { path, sql } = options.next()
    const begun = performance.now()
    const status = await ask(url + path, sql, agent, stop)
    if (!isOn()) break
    into.ms.push(performance.now() - begun)
    into.statuses[status] = (into.statuses[status] ?? 0) + 1
    await sleep(status === '429' ? 500 : options.pauseMs)
  }
  agent.destroy()
}

/** @returns the status, or the error's code where there was no whole answer */
function ask(url: string, sql: string | null, agent: Agent, stop: AbortSignal): Promise<string> {
  return new Promise(resolve => {
    const failed = (error: NodeJS.ErrnoException) => resolve(error.code ?? error.name)
    const method = sql === null ? 'GET' : 'POST'
    const headers = { 'content-type': 'text/plain' }
    const asked = request(url, { method, headers, agent, signal: stop, timeout: 120_000 }, answer => {
      answer.on('end', () => resolve(String(answer.statusCode)))
      answer.on('error', failed)
      answer.resume()
    })
    asked.on('timeout', () => asked.destroy(new Error('timeout')))
    asked.on('error', failed)
    asked.end(sql ?? undefined)
  })
}
