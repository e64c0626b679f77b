import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { joined, sizeOf, without } from '../../../src/core/ranges.ts'
import type { Range } from '../../../src/core/ranges.ts'
import type { Loss } from '../../../src/serve/contract/index.ts'
import { between } from '../../random.ts'
import type { Random } from '../../random.ts'
import { acknowledgeLoss, lossesOf, sql, status, untilLevel, verify } from '../ask.ts'
import { check } from '../check.ts'
import type { City } from '../city.ts'
import { deleteParts, TABLES } from '../damage.ts'
import type { Report } from '../report.ts'
import { expectStreams } from '../streams/check.ts'
import { strikeLog } from './blows.ts'
import { destroyedIn, groundOf } from './ground.ts'
import type { Ground } from './ground.ts'

const MANNERS = ['stopped', 'killed under load', 'killed, and again while it mends'] as const
type Manner = (typeof MANNERS)[number]
/** Without the register and the rules, other readings would be others: what a line means would be lost, not the line. */
const LAKE = TABLES.filter(table => !['lake.sensor_versions', 'lake.rule_versions'].includes(table))
/** What a reservation of positions may leave open: no range of unknown losses is longer. */
const MOST_UNKNOWN = 4 * 1_048_576
/** Told of at the start that found them; nothing is lost with these files. */
const DERIVED = ['log_positions', 'log_sidecar', 'checkpoint']

/** What the phase has destroyed so far. */
interface Destroyed {
  ranges: readonly Range[]
  /** Of them, those that were answered for. */
  owed: readonly Range[]
}

/**
 * Flips, cuts and removes files of the log, and parts of the lake with them, while nothing runs. What is told as lost must be
 * what was destroyed, at this start and at the next; everything else must be there once.
 */
export async function lossPhase(city: City, random: Random, report: Report, rounds: number): Promise<void> {
  const destroyed: Destroyed = { ranges: [], owed: [] }
  for (let round = 1; round <= rounds; round++) {
    const manner = MANNERS[(round - 1) % MANNERS.length] ?? 'stopped'
    await down(city, random, manner)
    const logDir = join(city.dataFolder, 'segments')
    const ground = await groundOf(logDir)
    const blows = await strikeLog(city.dataFolder, random)
    if (random() < 0.5) blows.push(await deleteParts(city.dataFolder, random, LAKE))
    noteDestroyed(city, destroyed, ground, await destroyedIn(logDir, ground))

    const begun = performance.now()
    if (manner === 'killed, and again while it mends') {
      const server = city.launch()
      await Promise.race([sleep(between(random, 200, 3000)), server.ready.catch(() => undefined)])
      await city.killServer()
    }
    await city.start()
    const downMs = performance.now() - begun
    if (manner === 'killed under load') await city.sender.pause()
    const where = `loss ${round} (${manner}; ${blows.join(', ')})`
    await expectTold(city, report, where, destroyed, round === rounds || random() < 0.3)
    const { acknowledged, lost, doubled } = await expectRest(city, report, where)
    const told = (await status(city.url)).losses
    report.add({
      round: `l${round}`,
      what: `${blows.join(', ')}: ${told.openRecords} lost`.slice(0, 90),
      downMs,
      acknowledged,
      lost,
      doubled,
      verify: 'but lost',
    })
  }
}

async function down(city: City, random: Random, manner: Manner): Promise<void> {
  city.sender.start()
  await sleep(between(random, 300, 2500))
  if (manner === 'killed under load') {
    await city.killServer()
    return
  }
  await city.sender.pause()
  // Now and then the lake has not everything yet that is about to be destroyed.
  if (random() < 0.5) await untilLevel(city.url)
  if (manner === 'stopped') await city.server.stop()
  else await city.killServer()
}

function noteDestroyed(
  city: City,
  destroyed: Destroyed,
  { lines, answeredUpto }: Ground,
  ranges: readonly Range[],
): void {
  for (const { from, to } of ranges) {
    for (let position = from; position < to; position++) {
      const record = lines.get(position)
      if (record !== undefined) city.destroy(record.kind, record.line)
    }
  }
  const beyond = { from: answeredUpto, to: Infinity }
  destroyed.ranges = joined([...destroyed.ranges, ...ranges])
  destroyed.owed = joined([...destroyed.owed, ...without(ranges, [beyond])])
}

/** @param acknowledge whether the open losses are acknowledged afterwards, which must end the problem and keep the list */
async function expectTold(
  city: City,
  report: Report,
  where: string,
  { ranges, owed }: Destroyed,
  acknowledge: boolean,
): Promise<void> {
  await untilLevel(city.url)
  // A start reads the headers of closed segments; damage within a frame is found by whoever reads it, at the latest here.
  await verify(city.dataFolder)
  const level = await untilLevel(city.url)
  await untilCounted(city)
  const losses = await lossesOf(city.url)
  const ofLog = losses.filter(({ layer }) => layer === 'log').map(loss => ({ ...loss, ...rangeOf(loss) }))
  const exact = ofLog.filter(loss => loss.exact)
  const untold = without(owed, ofLog)
  const untrue = without(exact, ranges)
  report.expect(untold.length === 0, `${where}: destroyed and not told: ${text(untold)}`)
  report.expect(untrue.length === 0, `${where}: told as lost and not destroyed: ${text(untrue)}`)
  for (const loss of ofLog) {
    report.expect(loss.to - loss.from <= MOST_UNKNOWN, `${where}: ${loss.id} has no bound: ${text([loss])}`)
    await expectCounted(city, report, where, loss)
  }
  const open = losses.filter(loss => loss.acknowledged === null)
  const codes = level.problems.map(({ code }) => code).filter(code => !DERIVED.includes(code))
  const wanted = open.length > 0 ? ['records_lost'] : []
  report.expect(
    String(codes) === String(wanted),
    `${where}: problems are ${String(codes)}, not ${String(wanted)}`,
  )
  if (!acknowledge) return
  for (const { id } of open) await acknowledgeLoss(city.dataFolder, id)
  const after = await status(city.url)
  report.expect(
    after.problems.every(({ code }) => code !== 'records_lost') && after.losses.count === losses.length,
    `${where}: acknowledged losses are still a problem, or no longer listed`,
  )
}

/** The figure of what the lake still has is what it has: of readings and garbage; control records may come to it. */
async function expectCounted(city: City, report: Report, where: string, loss: Loss & Range): Promise<void> {
  const [row] = await sql<{ n: string | number }>(
    city.url,
    `SELECT uniqExact(at) AS n FROM (SELECT r.position AS at FROM silver.readings AS r WHERE r.position >= ${loss.from} AND r.position < ${loss.to}
     UNION ALL SELECT q.position AS at FROM quarantine.lines AS q WHERE q.position >= ${loss.from} AND q.position < ${loss.to})`,
  )
  const there = Number(row?.n ?? 0)
  const counted = loss.in_lake ?? -1
  report.expect(
    counted >= there && loss.records >= counted,
    `${where}: ${loss.id} says ${counted} of ${loss.records} are in the lake, which has ${there}`,
  )
}

async function untilCounted(city: City): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const losses = await lossesOf(city.url)
    if (losses.every(({ in_lake: inLake }) => inLake !== null)) return
    await sleep(200)
  }
}

async function expectRest(city: City, report: Report, where: string) {
  const checked = await check(city.url, city.account, city.readings)
  await expectStreams(city.url, city.streams, report, where)
  const verified = await verify(city.dataFolder)
  report.expect(checked.lost === 0, `${where}: ${checked.lost} readings are lost that were not destroyed`)
  report.expect(checked.doubled === 0, `${where}: ${checked.doubled} readings are there twice`)
  report.expect(checked.wrong === 0, `${where}: ${checked.wrong} readings are not what was sent`)
  report.expect(checked.misplaced === 0, `${where}: ${checked.misplaced} lines are not where they belong`)
  report.expect(verified.equal, `${where}: verify found differences`)
  report.expect(
    verified.readings === checked.rows,
    `${where}: verify counts ${verified.readings} readings, silver has ${checked.rows}`,
  )
  for (const example of checked.examples) report.expect(false, `    ${example}`)
  return checked
}

const rangeOf = (loss: Loss): Range => ({ from: loss.from_position, to: loss.to_position })

function text(ranges: readonly Range[]): string {
  const shown = ranges.slice(0, 5).map(({ from, to }) => `${from}–${to - 1}`)
  return `${sizeOf(ranges)} records at ${shown.join(', ')}`
}
