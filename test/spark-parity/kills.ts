import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import type { TestBroker } from '../integration/kafka/broker.ts'
import { between, pick } from '../random.ts'
import type { Random } from '../random.ts'
import { untilVersions, versionsOf } from './spark-job.ts'
import type { Ended, SparkRun } from './spark-job.ts'

/** A `kill -9`, once a table of Spark has one more version: a batch is then between this table and the next one. */
export interface Kill {
  readonly what: 'driver' | 'broker'
  readonly table: string
  readonly afterMs: number
}

/** In the order in which a batch comes to them. */
const STEPS = [
  'bronze/readings',
  'quarantine/readings',
  'silver/readings',
  'conflicts/readings',
  'gold/intersection_metrics',
  'gold/hourly_summary',
]
const AWAY_MS = 1500

/** Which and when, the same for each run of a seed; the broker last, so that a run of the driver is left to meet it. */
export function killsOf(random: Random, driver: number, broker: number): Kill[] {
  const one = (what: Kill['what']): Kill => ({
    ...{ what, table: pick(random, STEPS), afterMs: between(random, 0, 800) },
  })
  return [
    ...Array.from({ length: driver }, () => one('driver')),
    ...Array.from({ length: broker }, () => one('broker')),
  ]
}

/**
 * Runs the job until it has read all, under these kills.
 *
 * @returns the last run, and which kills came before the job was done
 * @throws where Spark fails by itself
 */
export async function runKilled(
  start: () => SparkRun,
  base: string,
  broker: TestBroker,
  kills: readonly Kill[],
): Promise<{ readonly last: Ended; readonly came: readonly Kill[] }> {
  const came: Kill[] = []
  let run = start()
  for (const kill of kills) {
    const table = join(base, kill.table)
    // The table itself is a version.
    const next = Math.max(versionsOf(join(table, '_delta_log')), 1) + 1
    if (!(await untilVersions(run, table, next))) break
    await sleep(kill.afterMs)
    if (!run.isRunning) break
    came.push(kill)
    if (kill.what === 'broker') {
      await broker.kill()
      await sleep(AWAY_MS)
      await broker.resume()
      continue
    }
    await run.kill()
    run = start()
  }
  const last = await run.ended
  if (last.code !== 0) throw new Error(`Spark ended with ${String(last.code)}: ${last.stdout}${last.stderr}`)
  return { last, came }
}
