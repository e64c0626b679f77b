import { describe, expect, it } from 'vitest'
import { StorageError } from '../../src/storage/index.ts'
import type { StorageFault } from '../../src/storage/index.ts'
import { patiently } from '../../src/storage/patience.ts'

const refusal = (fault: StorageFault, retryAfterS: number | null = null) =>
  new StorageError('bucket', 'does not', { fault, retryAfterS, cause: null })

/** Calls that go wrong so, one after the other, and the pauses between them. */
async function pauses(...faults: StorageError[]) {
  const waited: number[] = []
  const left = [...faults]
  const call = () => {
    const fault = left.shift()
    return fault === undefined ? Promise.resolve('done') : Promise.reject(fault)
  }
  const wait = (ms: number) => Promise.resolve(waited.push(ms))
  const outcome = await patiently(call, { wait, random: () => 1 }).catch((error: unknown) => error)
  return { waited, outcome }
}

describe('patience with a service', () => {
  it('asks again after pauses that grow, four times in all', async () => {
    const busy = refusal('busy')
    expect(await pauses(busy, busy, busy)).toEqual({ waited: [250, 500, 1000], outcome: 'done' })
    expect(await pauses(busy, busy, busy, busy)).toEqual({ waited: [250, 500, 1000], outcome: busy })
  })

  it('ends at once where asking again changes nothing', async () => {
    const denied = refusal('denied')
    expect(await pauses(denied)).toEqual({ waited: [], outcome: denied })
  })

  it('never asks sooner than the service wants to be asked, and leaves long pauses to its caller', async () => {
    expect(await pauses(refusal('busy', 3))).toEqual({ waited: [3000], outcome: 'done' })
    const away = refusal('busy', 60)
    expect(await pauses(away)).toEqual({ waited: [], outcome: away })
  })
})
