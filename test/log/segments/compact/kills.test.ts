import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogProblem, SegmentLog } from '../../../../src/log/segments/index.ts'
import { MortalDisk } from '../mortal-disk.ts'
import type { Death } from '../mortal-disk.ts'
import { folder, opened, readAll, removeFolders } from '../sample.ts'
import { AT_ONCE, fill, lines, reading, sidecars, told } from './city.ts'

interface Act {
  readonly appends: number
  readonly compact: boolean
}

interface Life {
  readonly acts: readonly Act[]
  /** The disk's operation that is the last, counted from the opening of the log on. */
  readonly diesAt: number
  readonly death: Death
  /** Which names a power cut takes that were not synced. */
  readonly forgets: number
}

/** How often somebody goes on trying while the disk takes nothing more. */
const VAIN_APPENDS = 3

/** What was acknowledged, by position, and how many readings were sent. */
class Sender {
  readonly acknowledged = new Map<number, string>()
  sent = 0

  /** Runs acts until nothing works any more. */
  async live(log: SegmentLog, acts: readonly Act[]): Promise<void> {
    for (const { appends, compact } of acts) {
      for (let i = 0; i < appends; i++) {
        if (await this.append(log)) continue
        for (let again = 1; again < VAIN_APPENDS; again++) await this.append(log)
        return
      }
      if (compact) await log.compact(AT_ONCE).catch(() => null)
    }
  }

  async append(log: SegmentLog): Promise<boolean> {
    const n = this.sent++
    const appended = await log.append(lines([reading(n)], n)).catch(() => null)
    if (appended !== null) this.acknowledged.set(appended.position, reading(n))
    return appended !== null
  }
}

/** What a crash alone explains: an unfinished write, and a sidecar that was not synced. */
function expectUnharmed(problems: readonly LogProblem[]): void {
  const expected = ['cut', 'sidecar', 'write']
  expect(problems.filter(({ kind }) => !expected.includes(kind))).toEqual([])
}

/** @returns the folder that it leaves, and how many operations there were */
async function liveOnce(dir: string, sender: Sender, life: Life, segmentBytes: number) {
  const disk = new MortalDisk({ dir, ...life })
  disk.left = life.diesAt
  let clock = 0
  const options = { files: disk.files, segmentBytes, tailBytes: 1, now: () => (clock += 20_000) }
  const log = await opened(dir, options).then(
    ({ log, problems }) => {
      expectUnharmed(problems)
      return log
    },
    (error: unknown) => {
      if (disk.left > 0) throw error
      return null
    },
  )
  if (log !== null) await sender.live(log, life.acts)
  disk.left = 0
  // The last one, where it did not come to its end before.
  await disk.files.syncFolder(dir).catch(() => undefined)
  const after = disk.after()
  disk.left = Infinity
  await log?.close().catch(() => undefined)
  return { after, done: disk.done }
}

async function survives(lives: readonly Life[], segmentBytes: number): Promise<number> {
  const sender = new Sender()
  let dir = folder()
  let operations = 0
  for (const life of lives) {
    const { after, done } = await liveOnce(dir, sender, life, segmentBytes)
    dir = after
    operations = done
  }
  const { log: again, problems } = await opened(dir, { tailBytes: 1 })
  expectUnharmed(problems)
  expect(again.losses.list()).toEqual([])
  const found = told(await readAll(again))
  for (const [position, text] of sender.acknowledged)
    expect(found.get(position)?.endsWith(` ${text}`)).toBe(true)
  // Nothing but what was appended, each once.
  expect(new Set([...found.values()].map(line => line.slice(line.indexOf(' {')))).size).toBe(found.size)
  expect(again.accepted).toBe(found.size)
  const sql = (sidecars(dir) as { position: number; count: number }[][]).flat()
  expect(sql.reduce((sum, { count }) => sum + count, 0)).toBe(found.size)
  await again.compact(AT_ONCE)
  await fill(again, 10_000, 2)
  expect([...told(await readAll(again))].slice(0, found.size)).toEqual([...found])
  await again.close()
  removeFolders()
  return operations
}

const act = fc.record({ appends: fc.integer({ min: 1, max: 120 }), compact: fc.boolean() })
const death = fc.constantFrom<Death>('kill', 'power', 'disk')
const forgets = fc.nat({ max: 255 })
const long = fc.record({
  acts: fc.array(act, { minLength: 1, maxLength: 4 }),
  diesAt: fc.integer({ min: 0, max: 1500 }),
  death,
  forgets,
})
/** One that ends while the log is opened, or at its first appends. */
const short = fc.record({
  acts: fc.constant([{ appends: 12, compact: true }]),
  diesAt: fc.integer({ min: 0, max: 60 }),
  death,
  forgets,
})

describe('a log whose process, machine or disk ends', () => {
  it('at each single file operation of a compaction has the old segment or the new one, and every line once', async () => {
    const whole = (acts: readonly Act[], diesAt: number): Life[] => [
      { acts, diesAt, death: 'power', forgets: 0 },
    ]
    const acts = [
      { appends: 90, compact: true },
      { appends: 1, compact: false },
    ]
    const first = await survives(whole([{ appends: 90, compact: false }], Infinity), 1_000_000)
    let diesAt = first
    for (; ; diesAt++) {
      const done = await survives(whole(acts, diesAt), 1_000_000)
      if (done < diesAt) break
    }
    expect(diesAt - first).toBeGreaterThan(15)
  })

  // A segment that was only just begun, noted or taken away again is no loss.
  it.each<Death>(['kill', 'power', 'disk'])(
    'at each single file operation with which a log or a new segment begins has every line once, and no loss (%s)',
    async death => {
      const acts = [{ appends: 2, compact: false }]
      for (const forgets of death === 'power' ? [0, 0b0101, 0b1010, 0xff] : [0]) {
        for (const before of [[], [{ acts, diesAt: 40, death, forgets }]]) {
          for (let diesAt = 0, done = Infinity; done >= diesAt; diesAt++)
            done = await survives([...before, { acts, diesAt, death, forgets }], 1)
        }
      }
    },
  )

  it('at any moment of lives with appends, full segments and compactions has every line once, and no loss', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(long, short, short),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(1, 3000, 20_000, 1_000_000),
        async (lives, count, segmentBytes) => {
          await survives(lives.slice(0, count), segmentBytes)
        },
      ),
      { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 30) },
    )
  })
})
