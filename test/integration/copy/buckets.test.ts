import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { azureStore } from '../../../src/storage/azure/store.ts'
import type { Bucket, ObjectStore } from '../../../src/storage/index.ts'
import { s3Store } from '../../../src/storage/s3/store.ts'
import { sql, status } from '../../crash/ask.ts'
import { pick, seededRandom } from '../../random.ts'
import { azuriteMissing, motoMissing, startAzurite, startMoto } from '../buckets/emulators.ts'
import type { Emulator } from '../buckets/emulators.ts'
import { faultProxy } from '../buckets/fault-proxy.ts'
import type { Fault, FaultProxy } from '../buckets/fault-proxy.ts'
import { CityAndCopy, PATIENT } from './city-and-copy.ts'

/** A city publishes into a bucket, and its copies follow it there through a network that breaks. */
const PREFIX = 'open/tables/'
const FAULTS = ['fault', 'busy', 'cut', 'half', 'lost'] as const

for (const missing of [motoMissing, azuriteMissing])
  if (missing !== null) process.stdout.write(`skipped: ${missing}\n`)

describe.skipIf(motoMissing !== null)('a copy of a city that publishes into a bucket', () => {
  let emulator: Emulator
  let proxy: FaultProxy
  let pair: CityAndCopy

  beforeAll(async () => {
    emulator = await startMoto()
    proxy = await faultProxy(emulator.bucket.endpoint ?? '')
    pair = new CityAndCopy({
      city: `tables: {${placeOf('s3', emulator)}, goldS: 5, restS: 5}`,
      copy: `follow: {${placeOf('s3', emulator, proxy)}, everyS: 1}`,
    })
    keepKey('s3', emulator)
    await pair.start()
  })
  afterAll(async () => {
    await pair.stop()
    await proxy.stop()
    await emulator.stop()
  })

  function placeOf(kind: 's3' | 'azure', { bucket }: Emulator, through?: FaultProxy): string {
    const endpoint = through?.endpoint ?? bucket.endpoint
    const named = `kind: ${kind}, bucket: ${bucket.bucket}, prefix: ${PREFIX}, endpoint: "${endpoint}"`
    return `${named}, keyId: ${bucket.keyId}, key: "\${file:../${kind}.key}"`
  }

  function keepKey(kind: 's3' | 'azure', { bucket }: Emulator): void {
    writeFileSync(join(pair.base, `${kind}.key`), bucket.key?.reveal() ?? '', { mode: 0o600 })
  }

  const told = async () => {
    const { problems } = await status(pair.copyUrl)
    return problems.find(({ code }) => code === 'follow')?.message ?? ''
  }

  /** What is told while the service is away, refuses the key, or lets it do nothing; never the key. */
  async function expectTold(by: FaultProxy, where: string, wrongKey: string, key: string): Promise<void> {
    let asked = 0
    by.decide = () => (asked++ % 2 === 0 ? 'fault' : 'busy')
    await expect
      .poll(told, PATIENT)
      .toMatch(new RegExp(`${where} at http://127.*(has a fault|too many requests)`))
    const refusals: readonly (readonly [Fault, string])[] = [
      [{ status: 403, code: wrongKey }, 'are follow\\.keyId and follow\\.key right'],
      [{ status: 403, code: 'AccessDenied' }, 'a copy needs a key that may list and read'],
    ]
    for (const [fault, words] of refusals) {
      by.decide = () => fault
      await expect.poll(told, PATIENT).toMatch(new RegExp(`${where} at http://127.*${words}`))
    }
    expect(JSON.stringify(await status(pair.copyUrl))).not.toContain(key)
  }

  function loseSome(by: FaultProxy): void {
    const random = seededRandom(5)
    by.decide = () => (random() < 1 / 4 ? pick(random, FAULTS) : 'none')
  }

  it('answers from what it has while the service is away, says what is wrong, and goes on', async () => {
    await pair.round(0)
    await pair.level()
    const { follow: before } = await status(pair.copyUrl)
    expect(before?.from).toMatch(/city-landing at http:\/\/127.*, below open\/tables\/$/)
    const count = () => sql(pair.copyUrl, 'SELECT count() AS n FROM silver.readings')
    const rows = await count()
    await pair.round(1)
    await expectTold(proxy, 's3 bucket city-landing', 'SignatureDoesNotMatch', 'hidden')
    expect(await count()).toEqual(rows)
    loseSome(proxy)
    await pair.level()
    proxy.decide = () => 'none'
    await pair.round(2)
    await pair.level()
    await pair.expectEqual()
    await expect.poll(told, PATIENT).toBe('')
  })

  it.skipIf(azuriteMissing !== null)('is begun from a container of Azure through the same', async () => {
    await pair.stopCopy()
    const azure = await startAzurite()
    onTestFinished(() => azure.stop())
    const through = await faultProxy(azure.bucket.endpoint ?? '')
    onTestFinished(() => through.stop())
    keepKey('azure', azure)
    const below = (bucket: Bucket) => ({ ...bucket, prefix: PREFIX })
    await bring('bronze', s3Store(below(emulator.bucket)), azureStore(below(azure.bucket)))
    through.decide = () => 'busy'
    await pair.startCopy('of-azure', `follow: {${placeOf('azure', azure, through)}, everyS: 1}`)
    const key = azure.bucket.key?.reveal() ?? ''
    await expectTold(through, 'azure container city-landing', 'AuthenticationFailed', key)
    loseSome(through)
    await pair.level()
    await pair.expectEqual()
  })
})

/** All objects below a prefix, as they are. */
async function bring(prefix: string, from: ObjectStore, to: ObjectStore): Promise<void> {
  for (const name of await from.list(prefix)) {
    const key = `${prefix}/${name}`
    const bytes = await from.get(key)
    if (bytes === null) await bring(key, from, to)
    else await to.put(key, bytes)
  }
}
