import { describe, expect, it } from 'vitest'
import { DamagedParts } from '../../../src/app/losses/damaged-parts.ts'
import type { Loss } from '../../../src/core/schema/loss.ts'
import type { Engine } from '../../../src/lake/engine/index.ts'
import { NO_CHECKPOINT } from '../../../src/lake/once/checkpoint.ts'

const SILVER = { table: 'silver.readings', part: '20260105_1_1_0' }
const FLOORS = { silverFloorMs: NO_CHECKPOINT.silverFloorMs, streamFloors: new Map<string, number>() }
const WHOLE = { floor: 0, losses: 0, floors: FLOORS }

/** Takes a part out, lets loading begin, and says what was removed and told. */
async function mended({ floor, losses, floors } = WHOLE, damaged = SILVER) {
  const removed: string[] = []
  const told: (string | null)[] = []
  const outside = [{ ...damaged, path: `/lake/${damaged.part}`, reason: '' }]
  const engine = {
    query: async () => outside,
    exec: async (sql: string) => void removed.push(sql),
  } as unknown as Engine
  const list = () => Array.from({ length: losses }, () => ({}) as Loss)
  const parts = new DamagedParts({
    engine,
    log: { floor, losses: { list } },
    problems: { set: (_code, message) => void told.push(message) },
    writeSettings: async () => {},
    onProgress: () => {},
  })
  await parts.takenOut([{ ...damaged, reason: 'checksum' }])
  await parts.mended(floors)
  return { removed, told: told.at(-1) ?? '' }
}

describe('a part whose files were damaged', () => {
  it('goes once the log has given its rows back', async () => {
    const { removed, told } = await mended()
    expect(removed).toEqual(["ALTER TABLE silver.readings DROP DETACHED PART '20260105_1_1_0'"])
    expect(told).toContain('part 20260105_1_1_0 of silver.readings (checksum)')
    expect(told).toContain('goes with the next start')
  })

  it.each([
    ['the log begins later', { ...WHOLE, floor: 7 }],
    ['the log lost lines', { ...WHOLE, losses: 1 }],
    ['silver dropped days that gold keeps', { ...WHOLE, floors: { ...FLOORS, silverFloorMs: 0 } }],
    ['a stream dropped rows', { ...WHOLE, floors: { ...FLOORS, streamFloors: new Map([['weather', 0]]) } }],
  ])('is kept and told where it may be the only copy: %s', async (_why, log) => {
    const { removed, told } = await mended(log)
    expect(removed).toEqual([])
    expect(told).toContain('kept (/lake/20260105_1_1_0)')
  })

  it('is kept where no log has its rows, and what to do is told', async () => {
    const { removed, told } = await mended(WHOLE, { ...SILVER, table: 'lake.rebuilt_days' })
    expect(removed).toEqual([])
    expect(told).toContain('run `arterial lake rebuild`')
  })
})
