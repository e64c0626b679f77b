import { join } from 'node:path'
import { folderStore } from '../../src/storage/index.ts'
import { Lake } from '../integration/lake.ts'
import { Stream } from '../integration/stream.ts'
import { differencesToLake } from '../integration/tables/differences.ts'
import { dyingStore } from '../integration/tables/dying-store.ts'
import type { Death } from '../integration/tables/dying-store.ts'
import { publisherOf, steady } from '../integration/tables/publishing.ts'

/*
 * One life of a program that publishes, in a process of its own: some traffic, some rounds, and SIGKILL at the step that it is told;
 * without one it compares everything, and prints what it found.
 */

export interface Life {
  readonly folder: string
  readonly seed: number
  readonly rounds: number
  /** Of the publisher's clock. */
  readonly nowMs: number
  /** Null: none; at the end everything is compared. */
  readonly death: Death | null
}

const never = new AbortController().signal
const life = JSON.parse(process.argv[2] ?? '') as Life
const base = join(life.folder, 'tables')
const lake = await new Lake(join(life.folder, 'lake')).start()
// A day each, so that late readings and repeats reach into days of other lives.
const traffic = new Stream(life.seed, Date.parse('2026-03-01T00:00:00Z') + life.seed * 20 * 3_600_000)
const bare = folderStore(base)
const die = () => process.kill(process.pid, 'SIGKILL')
const store = life.death === null ? bare : dyingStore(bare, life.death, die)
const publisher = publisherOf(lake, store, { now: () => life.nowMs, isStores: () => true })

for (let i = 0; i < life.rounds; i++) {
  if (i === 0) await lake.change(traffic.changes())
  const lines = traffic.lines(60, 6).map(({ text }) => text)
  await lake.append(lines, { arrivedAtMs: traffic.nowMs })
  await steady(lake)
  await publisher.round('all', never)
}
if (life.death === null) {
  // The register may have changed what is compared seldom.
  await publisher.round('all', never, { isWhole: true })
  const verdicts = await publisher.verify(null, never, () => undefined)
  const told = verdicts.flatMap(({ path, differences }) => differences.map(one => `${path}: ${one}`))
  const problems = publisher.states.flatMap(({ path, problem }) =>
    problem === null ? [] : [`${path}: ${problem}`],
  )
  const read = process.argv[3] === 'delta-rs' ? await differencesToLake(lake, { base }, isOfReadings) : []
  const readings = verdicts.find(({ path }) => path === 'silver/readings')
  const commits = publisher.states.reduce((sum, { version }) => sum + version + 1, 0)
  const result = {
    differences: [...told, ...problems, ...read],
    ...{ published: readings?.rows, inLake: await lake.count('silver.readings'), commits },
    ...{ files: verdicts.reduce((sum, { files }) => sum + files, 0) },
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
}
await lake.stop()

function isOfReadings(path: string): boolean {
  return !/air|kiosks/.test(path)
}
