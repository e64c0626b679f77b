import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DatasetRoom, show, shows } from './dataset-room.ts'

let room: DatasetRoom
beforeEach(async () => {
  room = await new DatasetRoom().open()
})
afterEach(() => room.close())

class Killed extends Error {}

/** Runs until it comes to its end, killed before and after every effect there is, once each. @returns how often it was killed */
async function runKilled(run: () => Promise<unknown>): Promise<number> {
  const died = new Set<string>()
  for (;;) {
    const counts = new Map<string, number>()
    room.onStep = what => {
      // Keys have the time in them; which of the pages, deliveries and batches it was is told by its number.
      const kind = what
        .replaceAll(/[0-9a-f]{64}|\d{8}T\d+Z-[0-9a-f]+/g, '…')
        .replace(/objects\/../, 'objects')
      const nth = (counts.get(kind) ?? 0) + 1
      counts.set(kind, nth)
      const point = `${kind} ${nth}`
      if (died.has(point)) return
      died.add(point)
      throw new Killed(point)
    }
    try {
      await run()
      room.onStep = () => {}
      return died.size
    } catch (error) {
      if (!(error instanceof Killed)) throw error
    }
  }
}

/** What three runs with changes in between come to when nothing is ever killed. */
async function scenario(run: () => Promise<unknown>): Promise<void> {
  await run()
  room.portal.rows = [show(1, 'new title', '2026-11-10T10:00:00Z'), ...shows(25).slice(3), show(26)]
  room.portal.replaceAll('2026-11-15T17:00:00.000Z')
  await run()
  room.portal.rows = [...room.portal.rows, show(2)]
  room.portal.replaceAll('2026-11-20T17:00:00.000Z')
  await run()
}

describe('a job that is killed before and after every effect of every step', () => {
  it('comes to the same table, without a record lost, doubled or in conflict', async () => {
    await scenario(() => room.run())
    const { table } = room
    const deliveries = (await room.landing.deliveries('shows')).length
    await room.close()

    room = await new DatasetRoom().open()
    let kills = 0
    await scenario(async () => {
      kills += await runKilled(() => room.run())
    })
    expect(kills).toBeGreaterThan(40)
    expect(room.table).toEqual(table)
    expect(await room.landing.deliveries('shows')).toHaveLength(deliveries)
    // A step that is done twice says the same twice: the lake has it as a repeat.
    expect(new Set(room.log).size).toBe(28 + 1 + 1)
  })

  it('does all that was landed again to its end', async () => {
    await scenario(() => room.run())
    const { table } = room
    const lines = new Set(room.log)
    room.log.length = 0
    let trigger: 'landing' | 'resumed' = 'landing'
    await runKilled(async () => {
      const now = trigger
      trigger = 'resumed'
      room.portal.asked.length = 0
      await room.run(now)
    })
    expect(room.table).toEqual(table)
    expect(new Set(room.log)).toEqual(lines)
  })

  it('asks for no page twice that was landed before it was killed', async () => {
    let pages = 0
    room.onStep = what => {
      if (what.startsWith('after receipts') && ++pages === 2) throw new Killed()
    }
    await expect(room.run()).rejects.toThrow(Killed)
    room.onStep = () => {}
    room.portal.asked.length = 0
    await room.run()
    // The second was kept, but not written down as kept: it is asked for again, and lands where it was.
    expect(room.portal.offsets).toEqual([10, 20])
  })
})
