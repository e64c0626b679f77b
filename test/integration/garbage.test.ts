import { expect, it } from 'vitest'
import { runGarbage } from '../garbage/run.ts'

const MAX_MIB = 3000

it('garbage between good readings: each good one in silver, each bad one in quarantine byte for byte, with its reason', async () => {
  const { good, bad, bytes, files, isAlive, peakMib } = await runGarbage(20_000, 6)
  expect(good[1]).toBe(good[0])
  expect(bad[1]).toEqual(bad[0])
  expect(bytes[1]).toBe(bytes[0])
  expect(files[1]).toEqual(files[0])
  expect(files[0]).toHaveLength(2)
  expect(isAlive).toBe(true)
  console.log(`peak memory: server and sender ${peakMib.server} MiB, engine ${peakMib.engine} MiB`)
  expect(peakMib.server + peakMib.engine).toBeLessThan(MAX_MIB)
})
