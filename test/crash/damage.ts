import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { untilLevel, verify } from './ask.ts'
import { digest } from './check.ts'
import type { City } from './city.ts'
import { flipParts, partsOf } from './part-flips.ts'
import { between, pick, sample } from '../random.ts'
import type { Random } from '../random.ts'
import type { Report } from './report.ts'
import { KINDS, tableOf } from './streams/kinds.ts'

/** Rows of drift merge: parts of it that go after a kill may be made up for by what came after the checkpoint. */
const UNSURE_AFTER_A_KILL = 'bronze.schema_drift_state'
export const TABLES: readonly string[] = [
  'silver.readings',
  'silver.conflicts',
  'quarantine.lines',
  UNSURE_AFTER_A_KILL,
  'lake.rule_versions',
  'lake.sensor_sightings',
  'lake.sensor_versions',
  'gold.hourly_summary_state',
  'gold.intersection_metrics_state',
  'gold.district_analytics_state',
  'gold.night_speed_state',
  'lake.stream_conflicts',
  'gold.weather_hourly_state',
  'gold.camera_counts_state',
  ...KINDS.map(tableOf),
]

/** Ways a round can go. */
const MANNERS = ['stopped', 'killed', 'killed again while mending'] as const

/**
 * Deletes part directories while nothing runs, or every other round damages files within them; the next start must find and mend
 * it, or whoever reads them later, `verify` at the latest.
 */
export async function damagePhase(city: City, random: Random, report: Report, rounds: number): Promise<void> {
  await untilLevel(city.url)
  for (let round = 1; round <= rounds; round++) {
    const manner = MANNERS[(round - 1) % MANNERS.length] ?? 'stopped'
    const before = await calmDigest(city, random)
    if (manner === 'stopped') await city.server.stop()
    else await city.killServer()
    const tables = manner === 'stopped' ? TABLES : TABLES.filter(table => table !== UNSURE_AFTER_A_KILL)
    const isFlip = round % 2 === 0
    const done = isFlip
      ? await flipParts(city.dataFolder, random, tables)
      : await deleteParts(city.dataFolder, random, round === 1 ? ['silver.readings'] : tables)
    const begun = performance.now()
    if (manner === 'killed again while mending') {
      const server = city.launch()
      await Promise.race([sleep(between(random, 400, 3000)), server.ready.catch(() => undefined)])
      await city.killServer()
    }
    await city.start()
    const downMs = performance.now() - begun
    const where = `damage ${round} (${manner}; ${done})`
    // What a start need not read is found by who reads it.
    if (isFlip) await verify(city.dataFolder)
    const told = isFlip ? ['lake_damaged'] : []
    const { acknowledged, lost, doubled, equal } = await city.compare(report, where, told)
    const after = await digest(city.url)
    report.expect(after === before, `${where}: the lake is not what it was: ${before} before, ${after} after`)
    const verdict = equal ? 'equal' : 'DIFFERS'
    report.add({
      round: `d${round}`,
      what: `${manner}: ${done}`.slice(0, 60),
      downMs,
      acknowledged,
      lost,
      doubled,
      verify: verdict,
    })
  }
}

/** Some more load, so that parts beyond the checkpoint are among those that go; then the lake as it is. */
async function calmDigest(city: City, random: Random): Promise<string> {
  city.sender.start()
  await sleep(between(random, 300, 2500))
  await city.sender.pause()
  await untilLevel(city.url)
  return digest(city.url)
}

/** @returns what was deleted, in words */
export async function deleteParts(
  dataFolder: string,
  random: Random,
  tables: readonly string[],
): Promise<string> {
  const chosen = sample(random, tables, between(random, 1, 4))
  const words: string[] = []
  for (const table of chosen) {
    const { folder, parts } = await partsOf(dataFolder, table)
    const share = pick(random, [0.1, 0.5, 1])
    const gone = sample(random, parts, Math.max(1, Math.round(parts.length * share)))
    for (const part of gone) await rm(join(folder, part), { recursive: true })
    words.push(`${table} ${gone.length}/${parts.length}`)
  }
  return words.join(', ')
}
