import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { folderStore } from '../../src/storage/index.ts'
import { seededRandom } from '../random.ts'
import { Lake, remove } from './lake.ts'
import { below, Stream } from './stream.ts'
import { danglingFiles } from './tables/dangling.ts'
import { dyingStore, Killed } from './tables/dying-store.ts'
import type { Death } from './tables/dying-store.ts'
import { publisherOf, steady } from './tables/publishing.ts'

const SEED = 7
const DAY_MS = 86_400_000
/** A checkpoint comes every ten commits of a table. */
const MAX_ROUNDS = 14
/** `npm run test:tables` kills whole processes, at all steps, with tables of every kind. */
const TABLES = ['silver/readings', 'gold/hourly_summary']
const ONE = TABLES.slice(0, 1)
const STEPS_HERE = ['parquet', 'commit', 'checkpoint'] as const
const never = new AbortController().signal
let folder: string
let lake: Lake
let clockMs = Date.parse('2026-03-01T00:00:00Z')
const traffic = new Stream(SEED, clockMs - 3 * DAY_MS)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tables-kills-'))
  lake = new Lake(join(folder, 'lake'))
  await lake.start()
}, 120_000)
afterAll(async () => {
  await lake.stop()
  await remove(folder)
})

async function moreTraffic(): Promise<void> {
  await lake.append(
    traffic.lines(10, 1).map(({ text }) => text),
    { arrivedAtMs: traffic.nowMs },
  )
  await steady(lake)
  clockMs += DAY_MS
}

/** A life of a publisher that ends at a step. @returns whether it came that far */
async function liveUntil(death: Death): Promise<boolean> {
  const store = dyingStore(folderStore(join(folder, 'tables')), death, () => undefined)
  const publisher = publisherOf(lake, store, {
    now: () => clockMs,
    isStores: error => error instanceof Killed,
  })
  try {
    for (let i = 0; i < MAX_ROUNDS; i++) {
      await moreTraffic()
      // Until a checkpoint comes one table is enough.
      await publisher.round('all', never, { only: death.step === 'checkpoint' ? ONE : TABLES })
    }
    return false
  } catch (error) {
    if (error instanceof Killed) return true
    throw error
  }
}

it('no row is lost, doubled or in a file that is gone, wherever a publisher is killed', async () => {
  const random = seededRandom(SEED)
  const store = folderStore(join(folder, 'tables'))
  for (const step of STEPS_HERE)
    for (const when of ['before', 'after'] as const) {
      const death = { step, when, nth: step === 'checkpoint' ? 0 : below(random, 4) }
      expect([death, await liveUntil(death)]).toEqual([death, true])
      expect([death, await danglingFiles(store)]).toEqual([death, []])
    }
  const last = publisherOf(lake, store, { now: () => clockMs })
  await moreTraffic()
  await last.round('all', never, { only: TABLES })
  const verdicts = await last.verify(TABLES, never, () => undefined)
  expect(verdicts.map(({ path, differences }) => [path, differences])).toEqual(TABLES.map(path => [path, []]))
  expect(verdicts[0]?.rows).toBe(await lake.count('silver.readings'))
}, 300_000)
