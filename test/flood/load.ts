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

/** One request after another until told to stop. A pause behind a refusal, as a client takes that reads Retry-After. */
export async function lane(
  url: string,
  next: () => { readonly path: string; readonly sql: string | null },
  into: Tally,
  pauseMs: number,
  stop: AbortSignal,
): Promise<void> {
  const isOn = () => !stop.aborted
  while (isOn()) {
    const { path, sql } = next()
    const begun = performance.now()
    const status = await ask(url + path, sql, stop)
    if (!isOn()) return
    into.ms.push(performance.now() - begun)
    into.statuses[status] = (into.statuses[status] ?? 0) + 1
    await sleep(status === '429' ? 500 : pauseMs)
  }
}

async function ask(url: string, sql: string | null, stop: AbortSignal): Promise<string> {
  try {
    const answer = await fetch(url, {
      method: sql === null ? 'GET' : 'POST',
      headers: { 'content-type': 'text/plain' },
      ...(sql === null ? {} : { body: sql }),
      signal: AbortSignal.any([stop, AbortSignal.timeout(120_000)]),
    })
    await answer.arrayBuffer()
    return String(answer.status)
  } catch (error) {
    return (error as Error).name
  }
}

export const nextBomb = (i: number) => ({ path: '/v1/sql', sql: bombs[i % bombs.length] ?? '' })
export const nextQuestion = (i: number) => ({ path: '/v1/sql', sql: questions[i % questions.length] ?? '' })
