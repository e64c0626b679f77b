import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PortalRow } from '../../../sources/socrata/portal.ts'
import { DatasetRoom, show, shows } from '../dataset-room.ts'

let room: DatasetRoom
beforeEach(async () => {
  room = await new DatasetRoom().open()
})
afterEach(() => room.close())

describe('rows that are no records', () => {
  const bad = (n: number, changed = 'no time') => show(n, `show ${n}`, changed)
  const inLog = (id: string) => room.log.filter(line => line.includes(`"${id}"`)).length
  const again = (rows: PortalRow[], day: number) => {
    room.portal.rows = rows
    room.portal.replaceAll(`2026-11-${day}T17:00:00.000Z`)
  }

  it.each([
    ['a dataset that is read whole', { reconcileDays: 0 }],
    ['one whose rows leave by themselves', { reconcileDays: null }],
  ])('go to quarantine once, however often %s has them', async (_, over) => {
    room.portal.rows = [bad(1), bad(2), ...shows(25).slice(2)]
    expect(await room.run('schedule', over)).toMatchObject({ rows: 25, sent: 25 })
    again([bad(1), bad(2), ...shows(25).slice(2)], 16)
    await room.run('schedule', over)
    expect([inLog('show-1'), inLog('show-2')]).toEqual([1, 1])
    // For another reason, or otherwise than before, it is another one.
    again([bad(1, 'none'), ...shows(25).slice(2)], 17)
    await room.run('schedule', over)
    again([bad(1), bad(2), ...shows(25).slice(2)], 18)
    await room.run('schedule', over)
    expect([inLog('show-1'), inLog('show-2')]).toEqual([2, 1])
    const { versions } = await room.catalog.memory
    expect(versions.at(-1)?.quality?.refused).toEqual({ updated_at_format: 2 })
    // All that was landed done again says each once more: the log may be another one.
    await room.run('landing', over)
    expect([inLog('show-1'), inLog('show-2')]).toEqual([4, 2])
  })

  it('go there once whichever file has them', async () => {
    await mkdir(room.inbox, { recursive: true })
    for (const name of ['a.json', 'b.json'])
      await writeFile(
        join(room.inbox, name),
        JSON.stringify([bad(101).values, show(name.length).values, { name }]),
      )
    await room.runFiles()
    expect(inLog('show-101')).toBe(1)
  })

  it('withdraw nothing and hide nothing: once a row is right it is taken', async () => {
    await room.run()
    again([bad(1), ...shows(25).slice(1)], 16)
    expect(await room.run()).toMatchObject({ sent: 1, withdrawn: 0 })
    again([show(1, 'new title', '2026-11-10T10:00:00Z'), ...shows(25).slice(1)], 17)
    expect(await room.run()).toMatchObject({ sent: 1 })
    expect(room.table['show-1']).toBe('new title')
    again([bad(1), ...shows(25).slice(1)], 18)
    await room.run()
    again(shows(25).slice(1), 19)
    expect(await room.run()).toMatchObject({ withdrawn: 1 })
    expect(room.table['show-1']).toBe('withdrawn')
  })

  it('that were too early are taken when their time has come', async () => {
    const early = show(1, 'show 1', '2026-11-29T18:00:00Z')
    again([early, ...shows(25).slice(1)], 16)
    await room.run()
    room.nowMs += 3 * 86_400_000
    again([early, ...shows(25).slice(1)], 17)
    expect(await room.run()).toMatchObject({ sent: 1 })
    expect(inLog('show-1')).toBe(2)
  })
})
