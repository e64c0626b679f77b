import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '../../src/core/config/index.ts'
import { azureStore } from '../../src/storage/azure/store.ts'
import type { Bucket, ObjectStore } from '../../src/storage/index.ts'
import { s3Store } from '../../src/storage/s3/store.ts'
import { azuriteMissing, motoMissing, startAzurite, startMoto } from './buckets/emulators.ts'
import type { Emulator } from './buckets/emulators.ts'

/** Stores in buckets do as a folder does. */
const kinds: [string, string | null, () => Promise<Emulator>, (bucket: Bucket) => ObjectStore][] = [
  ['S3', motoMissing, startMoto, s3Store],
  ['Azure', azuriteMissing, startAzurite, azureStore],
]

for (const [name, missing, start, storeOf] of kinds) {
  if (missing !== null) process.stdout.write(`skipped: ${missing}\n`)
  describe.skipIf(missing !== null)(`objects in a bucket of ${name}`, () => {
    let emulator: Emulator
    let store: ObjectStore
    beforeAll(async () => {
      emulator = await start()
      store = storeOf(emulator.bucket)
    })
    afterAll(() => emulator.stop())

    it('are there as they were put, until they are removed', async () => {
      const bytes = Buffer.from([0, 255, 1, 128])
      await store.put('objects/ab/one.zst', bytes)
      expect(await store.get('objects/ab/one.zst')).toEqual(bytes)
      expect(await store.has('objects/ab/one.zst')).toBe(true)
      await store.put('objects/ab/one.zst', Buffer.from('other'))
      expect((await store.get('objects/ab/one.zst'))?.toString()).toBe('other')
      await store.remove('objects/ab/one.zst')
      await store.remove('objects/ab/one.zst')
      expect(await store.get('objects/ab/one.zst')).toBeNull()
      expect(await store.has('objects/ab/one.zst')).toBe(false)
    })

    it('that are put if absent are those of the first, whoever comes at the same time', async () => {
      expect(await store.putIfAbsent('once/a=1/one', Buffer.from('first'))).toBe(true)
      expect(await store.putIfAbsent('once/a=1/one', Buffer.from('second'))).toBe(false)
      expect((await store.get('once/a=1/one'))?.toString()).toBe('first')
    })

    it('are empty where nothing was put into them', async () => {
      await store.put('objects/empty', Buffer.alloc(0))
      expect(await store.get('objects/empty')).toEqual(Buffer.alloc(0))
    })

    it('are listed below a prefix, folders among them, and objects alone with their marks', async () => {
      for (const key of ['list/b', 'list/a', 'list/c/d', 'list/c/e', 'lists/f'])
        await store.put(key, Buffer.from(key))
      expect(await store.list('list')).toEqual(['a', 'b', 'c'])
      expect(await store.list('none')).toEqual([])
      const before = await store.objects('list')
      expect(before).toMatchObject([
        { name: 'a', bytes: 6 },
        { name: 'b', bytes: 6 },
      ])
      await store.put('list/a', Buffer.from('list/A'))
      const after = await store.objects('list')
      expect(after[0]?.mark).not.toBe(before[0]?.mark)
      expect(after[1]?.mark).toBe(before[1]?.mark)
    })

    it('are listed to the last, over more than one answer', async () => {
      const names = Array.from({ length: 1_050 }, (_, i) => String(i).padStart(4, '0'))
      for (let i = 0; i < names.length; i += 50)
        await Promise.all(names.slice(i, i + 50).map(one => store.put(`many/${one}`, Buffer.from('x'))))
      expect(await store.list('many')).toEqual(names)
    })

    it('lie below the prefix of the settings', async () => {
      await store.put('where', Buffer.from('x'))
      expect(await storeOf({ ...emulator.bucket, prefix: '' }).has('a/b/where')).toBe(true)
    })

    it('that can’t be had say where and the remedy, without the key', async () => {
      const none = storeOf({ ...emulator.bucket, bucket: 'no-such-bucket' })
      for (const ask of [() => none.get('a'), () => none.list('a'), () => none.put('a', Buffer.from('x'))])
        await expect(ask()).rejects.toMatchObject({
          code: 'ART_STORAGE',
          retryable: false,
          message: expect.stringMatching(
            /no-such-bucket.* is not there; make it, or set landing\.bucket/,
          ) as string,
        })
      const away = storeOf({
        ...emulator.bucket,
        endpoint: 'http://127.0.0.1:1/devstoreaccount1',
        key: new Secret('c2VjcmV0'),
      })
      await expect(away.list('a')).rejects.toMatchObject({ retryable: true })
      await expect(away.list('a')).rejects.not.toThrow(/c2VjcmV0/)
    })
  })
}
