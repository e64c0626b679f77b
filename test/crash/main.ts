import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { City } from './city.ts'
import { Cleanup } from './cleanup.ts'
import { damagePhase } from './damage.ts'
import { lossPhase } from './losses/phase.ts'
import { diskPhase } from './disk-phase.ts'
import { followerPhase } from './followers/phase.ts'
import { killPhase } from './kills.ts'
import { seededRandom } from '../random.ts'
import { print, Report } from './report.ts'

// Kills the server and its engine at random moments under load, then takes parts of the lake away while it is stopped,
// fills a small disk under another city, and compares everything with what was acknowledged.

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '5' },
    losses: { type: 'string', default: '6' },
    disk: { type: 'string', default: '6' },
    followers: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '40' },
    lanes: { type: 'string', default: '3' },
    'pause-ms': { type: 'string', default: '100' },
    keep: { type: 'boolean', default: false },
  },
})

const [kills, rounds, losses, disk, followers, seed, minutes, lanes, pauseMs] = (
  ['kills', 'rounds', 'losses', 'disk', 'followers', 'seed', 'minutes', 'lanes', 'pause-ms'] as const
).map(name => {
  const number = Number(values[name])
  if (Number.isInteger(number) && number >= 0) return number
  process.stderr.write(`--${name} wants a whole number, not "${values[name]}"\n`)
  process.exit(2)
}) as [number, number, number, number, number, number, number, number, number]

process.exitCode = await run()

async function run(): Promise<number> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'arterial-crash-')))
  const random = seededRandom(seed)
  print(
    `${kills} kills, ${rounds} rounds of damage to the lake, ${losses} to the log, ${disk} of a full disk, ${followers} kills of followers, seed ${seed}\n`,
  )
  const report = new Report()
  const city = new City(folder, random, { lanes, pauseMs })
  const cleanup = new Cleanup()
  cleanup.add(async () => {
    await city.end()
    if (values.keep) print(`kept: ${folder}`)
    else await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  try {
    await Promise.race([phases(city, report, random, cleanup), endedFromOutside()])
  } catch (error) {
    report.expect(false, error instanceof Error ? (error.stack ?? error.message) : String(error))
    print(city.lastWords)
  } finally {
    await cleanup.run()
  }
  report.kills += city.kills
  const { requests, retries, garbage, altered } = city.account
  print(
    `\n${requests} requests, ${retries} of them again; ${garbage.size} garbage lines, ${altered.size} conflicting repeats`,
  )
  print(
    `${city.streamLines} lines of streams: ${city.streams.map(({ kind, lines }) => `${kind.name} ${lines}`).join(', ')}`,
  )
  report.end()
  process.exit(report.failed === 0 ? 0 : 1)
}

/** Rejects when the run must end before its time: told to, out of time, or by a mistake of its own. */
function endedFromOutside(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => reject(new Error(`interrupted by ${signal}`)))
    for (const event of ['unhandledRejection', 'uncaughtException'] as const) process.on(event, reject)
    setTimeout(() => reject(new Error(`not through after ${minutes} minutes`)), minutes * 60_000).unref()
  })
}

async function phases(city: City, report: Report, random: () => number, cleanup: Cleanup): Promise<void> {
  await city.configure()
  await city.start()
  await city.register()
  if (kills > 0) await killPhase(city, random, report, kills)
  if (rounds > 0) await damagePhase(city, random, report, rounds)
  if (losses > 0) await lossPhase(city, random, report, losses)
  await followerPhase(random, report, followers, cleanup)
  await diskPhase(random, report, disk, { lanes, pauseMs }, cleanup)
}
