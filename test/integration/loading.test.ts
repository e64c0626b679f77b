import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silverOf } from './batch.ts'
import type { LogRecord } from './batch.ts'
import { differencesOf } from './compare.ts'
import { Lake, noCheckpoint, remove } from './lake.ts'
import { pick, seededRandom } from '../random.ts'
import { below, Stream } from './stream.ts'

let folder: string
let lake: Lake

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arterial-loading-'))
  lake = new Lake(folder)
})

afterEach(async () => {
  await lake.stop().catch(() => {})
  await rm(folder, { recursive: true, force: true })
})

const START = Date.parse('2026-03-02T20:00:00Z')

/** Appends a stretch of the stream and keeps what it means. */
async function send(stream: Stream, records: LogRecord[], count: number, hours: number): Promise<void> {
  const lines = stream.lines(count, hours)
  const intervalS = count % 2 === 0 ? null : 90
  const first = await lake.append(
    lines.map(line => line.text),
    { arrivedAtMs: stream.nowMs, intervalS },
  )
  lines.forEach(({ meant }, i) => {
    if (meant !== null) records.push({ position: first + i, meant, intervalS })
  })
}

async function register(stream: Stream, records: LogRecord[]): Promise<void> {
  const changes = stream.changes()
  const first = await lake.change(changes)
  changes.forEach((change, i) => records.push({ position: first + i, change }))
}

async function expectBatch(records: readonly LogRecord[], todaysRegister = false): Promise<void> {
  await lake.level()
  expect(await differencesOf(lake, silverOf(records, todaysRegister))).toEqual([])
  const verified = await lake.verify()
  expect(verified).toMatchObject({
    silver: [],
    hourlySummary: [],
    intersectionMetrics: [],
    districtAnalytics: [],
    notChecked: [],
  })
  expect(verified.equal).toBe(true)
}

describe('silver and gold equal a plain batch over the log', () => {
  it.each([1, 2])('after everything that can happen on the way (seed %i)', async seed => {
    const random = seededRandom(seed * 7919)
    const stream = new Stream(seed, START)
    const records: LogRecord[] = []
    await lake.start()
    await lake.locate()
    const old = join(folder, 'old-checkpoint.json')
    await writeFile(old, noCheckpoint())
    for (let step = 0; step < 5; step++) {
      if (random() < 0.4) await register(stream, records)
      await send(stream, records, 50 + below(random, 400), 6 * random())
      const event = below(random, 7)
      if (event === 0) await lake.killEngine()
      if (event === 1) await lake.level()
      if (event === 2) {
        await lake.loader.stop()
        await lake.startLoader()
      }
      if (event === 3) await copyFile(lake.checkpointPath, old).catch(() => {})
      // As after a crash of the whole server: tables are ahead of the checkpoint.
      if (event === 4) {
        await lake.stop()
        await copyFile(old, lake.checkpointPath)
        await lake.start()
      }
      if (event >= 5) {
        await lake.level()
        await lake.stop()
        const crashed = random() < 0.5
        if (crashed) await copyFile(old, lake.checkpointPath)
        const parts = await lake.parts()
        for (let i = 0; i < 2 && parts.length > 0; i++) await remove(pick(random, parts).path)
        await lake.start()
      }
    }
    await expectBatch(records)
    expect(await lake.count('silver.conflicts')).toBeGreaterThan(0)
    expect(await lake.count('quarantine.lines')).toBeGreaterThan(0)
  })
})
