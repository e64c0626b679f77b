import { join } from 'node:path'
import { folderStore } from '../../src/storage/index.ts'
import { Lake } from '../integration/lake.ts'
import { Stream } from '../integration/stream.ts'
import { dyingStore } from '../integration/tables/dying-store.ts'
import type { Death } from '../integration/tables/dying-store.ts'
import { publisherOf, steady } from '../integration/tables/publishing.ts'
import { compare, never, TABLES } from './compare.ts'

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

/** Lives share these many days, so that each changes hours of others, and none has to look at all days there ever were. */
const DAYS = 4
const FIRST_MS = Date.parse('2026-03-01T00:00:00Z')
const DAY_MS = 86_400_000

const life = JSON.parse(process.argv[2] ?? '') as Life
const base = join(life.folder, 'tables')
const lake = await new Lake(join(life.folder, 'lake')).start()
const traffic = new Stream(life.seed, FIRST_MS + (life.seed % DAYS) * DAY_MS)
const bare = folderStore(base)
const die = () => process.kill(process.pid, 'SIGKILL')
const store = life.death === null ? bare : dyingStore(bare, life.death, die)
const publisher = publisherOf(lake, store, { now: () => life.nowMs, isStores: () => true })

for (let i = 0; i < life.rounds; i++) {
  if (i === 0) await lake.change(traffic.changes())
  const lines = traffic.lines(40, 4).map(({ text }) => text)
  await lake.append(lines, { arrivedAtMs: traffic.nowMs })
  await steady(lake)
  await publisher.round('all', never, { only: TABLES })
}
if (life.death === null) process.stdout.write(`${JSON.stringify(await compare(lake, publisher, base))}\n`)
await lake.stop()
