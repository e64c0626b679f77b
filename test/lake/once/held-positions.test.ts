import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import type { Engine } from '../../../src/lake/engine/index.ts'
import { isPresent, NOTHING_PRESENT, presentIn } from '../../../src/lake/once/held-positions.ts'

/** An engine that answers these offsets, in chunks that break anywhere. */
function engineOf(offsets: readonly number[], chunk: number): Engine {
  const bytes = Buffer.from(BigUint64Array.from(offsets, BigInt).buffer)
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; at += chunk) chunks.push(bytes.subarray(at, at + chunk))
  return { stream: async () => Readable.from(chunks) } as unknown as Engine
}

it('says of each position whether the table holds it', async () => {
  const offsets = [0, 1, 7, 8, 63, 64, 99]
  for (const chunk of [1, 7, 8, 13, 1000]) {
    const present = await presentIn(engineOf(offsets, chunk), 't', 5000, 5099)
    const found = Array.from({ length: 200 }, (_, i) => i - 50).filter(i => isPresent(present, 5000 + i))
    expect(found).toEqual(offsets)
  }
})

it('asks nothing when there is nothing to scan again', async () => {
  expect(await presentIn({} as Engine, 't', 10, 9)).toBe(NOTHING_PRESENT)
  expect(isPresent(NOTHING_PRESENT, 0)).toBe(false)
})
