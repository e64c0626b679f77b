import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Publisher } from '../../src/lake/publish/index.ts'
import { azureStore } from '../../src/storage/azure/store.ts'
import { StorageError } from '../../src/storage/index.ts'
import type { Bucket, ObjectStore } from '../../src/storage/index.ts'
import { s3Store } from '../../src/storage/s3/store.ts'
import { pick, seededRandom } from '../random.ts'
import { azuriteMissing, motoMissing, startAzurite, startMoto } from './buckets/emulators.ts'
import type { Emulator } from './buckets/emulators.ts'
import { faultProxy } from './buckets/fault-proxy.ts'
import type { Fault, FaultProxy } from './buckets/fault-proxy.ts'
import { Lake, remove } from './lake.ts'
import { Stream } from './stream.ts'
import { azurePlace, s3Place } from './tables/bucket-places.ts'
import { readersMissing, writeByDeltaRs } from './tables/readers.ts'
import type { TablesPlace } from './tables/readers.ts'
import { differencesToLake } from './tables/differences.ts'
import { publisherOf, steady } from './tables/publishing.ts'

/** Open tables in a bucket are those of a folder, also where the service does things wrong. */

const DAY_MS = 86_400_000
/** One of each kind: the others take no other way. */
const TABLES = ['bronze/lines', 'silver/readings', 'silver/sensors', 'gold/hourly_summary']
/** What the rest of the time is spent on. */
const FEW = ['silver/readings', 'gold/hourly_summary']
const FAULTS = ['fault', 'busy', 'cut', 'half', 'late', 'lost'] as const
const never = new AbortController().signal
const isCommit = ({ method, url }: { method: string; url: string }) =>
  method === 'PUT' && /_delta_log\/\d+\.json/.test(url)

interface Kind {
  readonly name: string
  readonly missing: string | null
  readonly start: () => Promise<Emulator>
  readonly storeOf: (bucket: Bucket) => ObjectStore
  readonly placeOf: (bucket: Bucket) => TablesPlace
}

const kinds: Kind[] = [
  { name: 'S3', missing: motoMissing, start: startMoto, storeOf: s3Store, placeOf: s3Place },
  { name: 'Azure', missing: azuriteMissing, start: startAzurite, storeOf: azureStore, placeOf: azurePlace },
]

for (const { name, missing, start, storeOf, placeOf } of kinds) {
  const reason = missing ?? readersMissing
  if (reason !== null) process.stdout.write(`skipped: ${reason}\n`)
  describe.skipIf(reason !== null)(`open tables in a bucket of ${name}`, () => {
    let folder: string
    let lake: Lake
    let emulator: Emulator
    let proxy: FaultProxy
    let publisher: Publisher
    let clockMs = Date.parse('2026-03-01T00:00:00Z')
    const traffic = new Stream(11, clockMs - 3 * DAY_MS)
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'tables-bucket-'))
      lake = await new Lake(join(folder, 'lake')).start()
      emulator = await start()
      proxy = await faultProxy(emulator.bucket.endpoint ?? '')
      publisher = started()
    })
    afterAll(async () => {
      await lake.stop()
      await proxy.stop()
      await emulator.stop()
      await remove(folder)
    })
    const started = () =>
      publisherOf(lake, storeOf({ ...emulator.bucket, endpoint: proxy.endpoint }), {
        now: () => clockMs,
        isStores: error => error instanceof StorageError,
      })

    async function moreTraffic(): Promise<void> {
      const lines = traffic.lines(10, 1).map(({ text }) => text)
      await lake.append(lines, { arrivedAtMs: traffic.nowMs })
      await steady(lake)
      clockMs += 3_600_000
    }

    /** @returns whether the round came to its end; a table that stops by itself fails the test */
    async function round(only = FEW): Promise<boolean> {
      try {
        await publisher.round('all', never, { only })
        return true
      } catch (error) {
        if (error instanceof StorageError) return false
        throw error
      } finally {
        expect(publisher.states.map(({ problem }) => problem).filter(Boolean)).toEqual([])
      }
    }

    async function expectEqualToDeltaRs(only = FEW): Promise<void> {
      await expectEqual(only)
      const isAsked = (path: string) => only.includes(path)
      expect(await differencesToLake(lake, placeOf(emulator.bucket), isAsked)).toEqual([])
    }

    async function expectEqual(only = FEW): Promise<void> {
      proxy.decide = () => 'none'
      expect(await round(only)).toBe(true)
      const verdicts = await publisher.verify(only, never, () => undefined)
      expect(verdicts.filter(({ differences }) => differences.length > 0)).toEqual([])
      expect(verdicts.find(({ path }) => path === 'silver/readings')?.rows).toBe(
        await lake.count('silver.readings'),
      )
    }

    it('are equal to the lake as delta-rs reads them there, also after they were put together and cleaned up', async () => {
      await lake.change(traffic.changes())
      for (let i = 0; i < 3; i++) {
        await moreTraffic()
        expect(await round()).toBe(true)
      }
      await expectEqualToDeltaRs()
      const { after } = await publisher.optimise(TABLES, join(folder, 'spool'), never, () => undefined)
      expect(after).toBeGreaterThan(0)
      clockMs += 8 * DAY_MS
      expect(await publisher.vacuum(TABLES, never, () => undefined)).toBeGreaterThan(0)
      await expectEqual()
    })

    it('are right when a third of all requests goes wrong, each in another way', async () => {
      const random = seededRandom(3)
      proxy.decide = () => (random() < 1 / 3 ? pick(random, FAULTS) : 'none')
      for (let i = 0; i < 3; i++) {
        await moreTraffic()
        await round()
      }
      await expectEqualToDeltaRs()
    })

    it('know a commit for their own whose answers were all lost, and the one before it', async () => {
      const faults: Fault[] = []
      proxy.decide = request => {
        if (isCommit(request) && faults.length === 0) faults.push('lost', 'fault', 'busy', 'half', 'cut')
        return faults.shift() ?? 'none'
      }
      await moreTraffic()
      // Each round one table commits, and nothing tells it so.
      for (let i = 0; i < FEW.length; i++) expect(await round()).toBe(false)
      await expectEqual()
    })

    it('are not doubled by a commit that was given up for lost and comes late', async () => {
      await moreTraffic()
      proxy.decide = request => (isCommit(request) ? 'held' : 'none')
      expect(await round()).toBe(false)
      let isReleased = false
      const asked = proxy.seen.length
      proxy.decide = request => {
        if (!isReleased && isCommit(request)) {
          isReleased = true
          // The one that waited first; this one is told to come again.
          void proxy.release()
          return { status: 503, code: 'SlowDown', retryAfterS: 1 }
        }
        return 'none'
      }
      await moreTraffic()
      expect(await round()).toBe(true)
      expect(isReleased).toBe(true)
      expect(proxy.seen.length).toBeGreaterThan(asked)
      await expectEqual()
    })

    it('are caught up by another start after the service was away', async () => {
      proxy.decide = () => ({ status: 503, code: 'SlowDown', retryAfterS: 60 })
      await moreTraffic()
      expect(await round()).toBe(false)
      publisher = started()
      expect(await round()).toBe(false)
      await expectEqual()
    })

    it('are left alone, and named, where somebody else changed them, until they are published anew', async () => {
      await moreTraffic()
      await expectEqual()
      writeByDeltaRs(placeOf(emulator.bucket), 'silver/readings', 'update')
      await moreTraffic()
      await publisher.round('all', never, { only: FEW })
      const problems = () => publisher.states.flatMap(({ problem }) => problem ?? [])
      expect(problems()).toEqual([
        expect.stringMatching(
          /somebody else changed it: version \d+ is by delta-rs.* \(UPDATE\).*tables rebuild/s,
        ),
      ])
      await publisher.rebuild(['silver/readings'], never, () => undefined)
      await expectEqual()
    })
  })
}
