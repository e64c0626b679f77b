import { describe, expect, it } from 'vitest'
import { noteOnlyCopies } from '../../../src/app/losses/only-copies.ts'
import type { Losses } from '../../../src/core/losses.ts'
import type { FoundLoss, Loss } from '../../../src/core/schema/loss.ts'
import { NO_CHECKPOINT } from '../../../src/lake/once/checkpoint.ts'

const day = (first: number, last: number, rows: number) => ({ rows, night: 0, first, last })
const CHECKPOINT = {
  ...NO_CHECKPOINT,
  position: 900,
  days: { 20_000: day(0, 299, 280), 20_001: day(300, 599, 250), 20_002: day(500, 899, 300) },
}

async function noted(floor: number, known: Partial<Loss>[] = []) {
  const added: FoundLoss[] = []
  const counted: [string, number][] = []
  const losses: Losses = {
    list: () => known as Loss[],
    holes: [],
    add: async found => {
      added.push(...found)
      return []
    },
    counted: async (id, rows) => void counted.push([id, rows]),
  }
  await noteOnlyCopies(CHECKPOINT, { floor, losses }, 'lake.damaged-1')
  return { added, counted }
}

describe('what only a lake has that is set aside', () => {
  it('is nothing where the log reaches back to the beginning', async () => {
    expect((await noted(0)).added).toEqual([])
  })

  it('is what came before the log begins: exactly, where whole days did', async () => {
    const { added } = await noted(300)
    expect(added).toMatchObject([
      {
        layer: 'lake',
        table: 'silver.readings',
        from: 0,
        to: 300,
        records: 280,
        exact: true,
        setAside: 'lake.damaged-1',
      },
    ])
    expect(added[0]?.message).toContain('280 readings of 2024-10-04 to 2024-10-04')
  })

  it('is at most the days that began before it', async () => {
    expect((await noted(550)).added).toMatchObject([{ from: 0, to: 550, records: 830, exact: false }])
  })

  it('is what the log had lost before: it is in no lake any more', async () => {
    const { counted } = await noted(0, [
      { id: 'log-5', layer: 'log', inLake: 40 },
      { id: 'log-9', layer: 'log', inLake: 0 },
    ])
    expect(counted).toEqual([['log-5', 0]])
  })
})
