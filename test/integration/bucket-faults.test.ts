import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { checkStore } from '../../src/app/storage/index.ts'
import { azureStore } from '../../src/storage/azure/store.ts'
import type { Bucket, ObjectStore } from '../../src/storage/index.ts'
import { s3Store } from '../../src/storage/s3/store.ts'
import { azuriteMissing, motoMissing, startAzurite, startMoto } from './buckets/emulators.ts'
import type { Emulator } from './buckets/emulators.ts'
import { faultProxy } from './buckets/fault-proxy.ts'
import type { Fault, FaultProxy } from './buckets/fault-proxy.ts'

const PART_BYTES = 5 * 1_048_576
const TRANSIENT = ['fault', 'busy', 'cut', 'late', 'lost'] as const

interface Kind {
  readonly name: string
  readonly missing: string | null
  readonly start: () => Promise<Emulator>
  readonly storeOf: (bucket: Bucket) => ObjectStore
  /** What the service says, as its documentation has it. */
  readonly wrongKey: Fault
  readonly skewed: Fault
  readonly denied: Fault
  /** A request that brings a part. */
  readonly isPart: (request: string) => boolean
}

const kinds: Kind[] = [
  {
    ...{ name: 'S3', missing: motoMissing, start: startMoto, storeOf: s3Store },
    wrongKey: { status: 403, code: 'SignatureDoesNotMatch', said: 'The request signature does not match' },
    skewed: { status: 403, code: 'RequestTimeTooSkewed', said: 'The difference is too large' },
    denied: { status: 403, code: 'AccessDenied', said: 'Access Denied' },
    isPart: request => request.startsWith('PUT') && request.includes('partNumber='),
  },
  {
    ...{ name: 'Azure', missing: azuriteMissing, start: startAzurite, storeOf: azureStore },
    wrongKey: {
      status: 403,
      code: 'AuthenticationFailed',
      said: 'Server failed to authenticate the request',
    },
    skewed: {
      ...{ status: 403, code: 'AuthenticationFailed', said: 'Server failed to authenticate the request' },
      date: 'Sat, 28 Nov 2020 00:00:00 GMT',
    },
    denied: { status: 403, code: 'AuthorizationPermissionMismatch', said: 'Not authorized' },
    isPart: request => request.startsWith('PUT') && request.includes('comp=block&'),
  },
]

for (const { name, missing, start, storeOf, wrongKey, skewed, denied, isPart } of kinds) {
  if (missing !== null) process.stdout.write(`skipped: ${missing}\n`)
  describe.skipIf(missing !== null)(`a bucket of ${name} that does things wrong`, () => {
    let emulator: Emulator
    let proxy: FaultProxy
    let store: ObjectStore
    let folder: string
    beforeAll(async () => {
      emulator = await start()
      proxy = await faultProxy(emulator.bucket.endpoint ?? '')
    })
    afterAll(async () => {
      await proxy.stop()
      await emulator.stop()
    })
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'faults-'))
      proxy.decide = () => 'none'
      proxy.seen.length = 0
      store = storeOf({ ...emulator.bucket, endpoint: proxy.endpoint, prefix: `${Math.random()}/` })
    })
    afterEach(() => rm(folder, { recursive: true, force: true }))
    const next = (...faults: Fault[]) => {
      proxy.decide = () => faults.shift() ?? 'none'
    }

    it.each(TRANSIENT)('%s: is asked again, and the objects are right', async fault => {
      const bytes = Buffer.from('right or not at all')
      next(fault)
      await store.put('a', bytes)
      next(fault)
      expect(await store.get('a')).toEqual(bytes)
      next(fault, fault)
      expect((await store.range('a', 6, 2))?.toString()).toBe('or')
      expect(await store.range('a', 100, 2)).toEqual(Buffer.alloc(0))
      expect(await store.range('none', 0, 2)).toBeNull()
      next(fault)
      expect(await store.list('')).toEqual(['a'])
      next(fault)
      await store.remove('a')
      next(fault)
      expect(await store.get('a')).toBeNull()
    })

    it.each(TRANSIENT)('%s: of those who put where nothing is, one did', async fault => {
      next(fault)
      expect(await store.putIfAbsent('log/0', Buffer.from('first'))).toBe(true)
      next(fault)
      expect(await store.putIfAbsent('log/0', Buffer.from('second'))).toBe(false)
      expect((await store.get('log/0'))?.toString()).toBe('first')
    })

    it('takes a large file in parts, and after a break the parts that are missing', async () => {
      const bytes = Buffer.alloc(2 * PART_BYTES + 10, 1)
      bytes.fill(2, PART_BYTES)
      const path = join(folder, 'large')
      await writeFile(path, bytes)
      let parts = 0
      proxy.decide = ({ method, url }) => (isPart(`${method} ${url}`) && ++parts > 1 ? 'fault' : 'none')
      await expect(store.putFile('large', path, { partBytes: PART_BYTES })).rejects.toMatchObject({
        code: 'ART_STORAGE',
      })
      expect(await store.has('large')).toBe(false)
      proxy.decide = () => 'none'
      proxy.seen.length = 0
      await store.putFile('large', path, { partBytes: PART_BYTES })
      expect(proxy.seen.filter(isPart)).toHaveLength(2)
      expect((await store.get('large'))?.equals(bytes)).toBe(true)
    })

    it.each(['lost', 'cut', 'busy'] as const)(
      '%s: a large file is there once it is said to be',
      async fault => {
        const bytes = Buffer.alloc(PART_BYTES + 1, 3)
        await writeFile(join(folder, 'large'), bytes)
        let asked = 0
        proxy.decide = () => (++asked % 2 === 1 ? fault : 'none')
        await store.putFile('large', join(folder, 'large'), { partBytes: PART_BYTES })
        proxy.decide = () => 'none'
        expect((await store.get('large'))?.equals(bytes)).toBe(true)
      },
    )

    const problem = async (create = false) => {
      const steps = await checkStore({ name: 'landing', prefix: '', store }, create)
      return steps.find(({ outcome }) => outcome === 'failed')
    }

    it('passes the check when it does things right, and keeps nothing of it', async () => {
      expect(await problem()).toBeUndefined()
      expect(await store.list('')).toEqual([])
    })

    it('tells a wrong key, a clock that is wrong, a right that is missing and a bucket that is, each in its words', async () => {
      proxy.decide = () => wrongKey
      expect((await problem())?.problem).toMatch(
        /does not know this key; are landing\.keyId and landing\.key right/,
      )
      proxy.decide = () => skewed
      expect((await problem())?.problem).toMatch(/clock.*differ by.*set the clock of this machine right/)
      proxy.decide = () => denied
      expect((await problem())?.problem).toMatch(/does not let us in; may this key list, read, write/)
      proxy.decide = ({ method }) => (method === 'PUT' ? denied : 'none')
      expect(await problem()).toMatchObject({
        step: 'write',
        problem: expect.stringMatching(/may be read but not written/) as string,
      })
      proxy.decide = ({ method }) => (method === 'DELETE' ? denied : 'none')
      expect(await problem()).toMatchObject({
        step: 'delete',
        problem: expect.stringMatching(/nothing may be deleted there/) as string,
      })
      proxy.decide = () => 'none'
      store = storeOf({ ...emulator.bucket, bucket: `made-${name.toLowerCase()}` })
      expect((await problem())?.problem).toMatch(/is not there; --create makes it/)
      expect(await problem(true)).toBeUndefined()
      expect(await problem()).toBeUndefined()
    })

    it('that puts twice what may be put once is told', async () => {
      const careless = {
        ...store,
        putIfAbsent: async (key: string, bytes: Uint8Array) => (await store.put(key, bytes), true),
      }
      const steps = await checkStore({ name: 'tables', prefix: 'bronze/', store: careless }, false)
      expect(steps.find(({ outcome }) => outcome === 'failed')).toMatchObject({
        step: 'put once',
        problem: expect.stringMatching(/would lose rows/) as string,
      })
      expect(await store.list('bronze')).toEqual([])
    })
  })
}
