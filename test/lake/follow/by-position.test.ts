import { describe, expect, it } from 'vitest'
import { byPosition } from '../../../src/lake/follow/by-position.ts'

const file = (...positions: readonly number[]) => ({
  ...{ min: Math.min(...positions), max: Math.max(...positions) },
  positions,
})
type File = ReturnType<typeof file>

async function merged(files: readonly File[]) {
  let [open, most] = [0, 0]
  async function* linesOf({ positions }: File) {
    most = Math.max(most, ++open)
    for (const position of positions) yield await Promise.resolve({ position })
    open--
  }
  const found: number[] = []
  for await (const { position } of byPosition(files, linesOf)) found.push(position)
  return { found, most }
}

describe('lines of several files', () => {
  it('come in the order of their positions, a file at a time where one lies behind the other', async () => {
    const { found, most } = await merged([file(7, 8, 12), file(0, 1, 2), file(3, 5)])
    expect(found).toEqual([0, 1, 2, 3, 5, 7, 8, 12])
    expect(most).toBe(1)
  })

  it('are mixed where files overlap, as at midnight', async () => {
    const { found, most } = await merged([file(0, 2, 5, 9), file(3, 4, 11), file(1, 10)])
    expect(found).toEqual([0, 1, 2, 3, 4, 5, 9, 10, 11])
    expect(most).toBe(3)
  })

  it('are none of no files', async () => {
    expect((await merged([])).found).toEqual([])
  })
})
