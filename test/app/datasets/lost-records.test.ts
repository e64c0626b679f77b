import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DatasetRoom, show, shows } from './dataset-room.ts'

let room: DatasetRoom
beforeEach(async () => {
  room = await new DatasetRoom().open()
})
afterEach(() => room.close())

const later = '2026-11-15T17:00:00.000Z'

describe('a whole dataset that has lost most of its records', () => {
  const words =
    /had 25 records and has 8 now, 8 of them as before.*17 would be withdrawn.*0\.5.*jobs resume shows/
  const shrink = (rows = shows(25).slice(0, 8)) => {
    room.portal.rows = rows
    room.portal.replaceAll(later)
  }

  it('pauses the job, and withdraws nothing until somebody resumes it', async () => {
    await room.run()
    shrink()
    await expect(room.run()).rejects.toMatchObject({
      code: 'ART_JOB_PAUSED',
      message: expect.stringMatching(words) as string,
    })
    // Who runs it without having resumed it accepts nothing, and asking again does not fill the history.
    await expect(room.run('manual')).rejects.toThrow(words)
    expect(room.log).toHaveLength(25)
    const { versions, schemas } = await room.catalog.memory
    expect(versions.map(({ state, rows }) => [state, rows])).toEqual([
      ['taken', 25],
      ['held', 8],
    ])
    expect(versions[1]?.why).toMatch(words)
    expect(schemas).toHaveLength(1)
    await room.job().accept?.()
    expect(await room.run()).toMatchObject({ rows: 8, withdrawn: 17 })
    expect(room.table).toMatchObject({ 'show-8': 'show 8', 'show-9': 'withdrawn' })
    expect(await room.run()).toMatchObject({ sent: 0 })
  })

  it('is taken once it is right again, and the same loss pauses it again', async () => {
    await room.run()
    shrink()
    await expect(room.run()).rejects.toThrow(words)
    await room.job().accept?.()
    shrink(shows(26))
    expect(await room.run()).toMatchObject({ sent: 1, withdrawn: 0 })
    shrink()
    await expect(room.run()).rejects.toThrow(/had 26 records and has 8 now/)
  })

  it('is held when it has lost still more than what was accepted', async () => {
    await room.run()
    shrink(shows(25).slice(0, 12))
    await expect(room.run()).rejects.toThrow(/13 would be withdrawn/)
    await room.job().accept?.()
    shrink(shows(1))
    await expect(room.run()).rejects.toThrow(/24 would be withdrawn/)
    await room.job().accept?.()
    shrink([...shows(1), show(30)])
    expect(await room.run()).toMatchObject({ withdrawn: 24 })
  })

  it('is held too where as many rows came, all by other ids', async () => {
    await room.run()
    shrink(shows(50).slice(25))
    await expect(room.run()).rejects.toThrow(/had 25 records and has 25 now, 0 of them as before/)
    expect(room.log).toHaveLength(25)
    await room.job().accept?.()
    expect(await room.run()).toMatchObject({ rows: 25, withdrawn: 25 })
  })

  it('is held too where its rows came and are no records', async () => {
    await room.run()
    shrink(shows(25).map(row => ({ ...row, values: { ...row.values, key: '' } })))
    await expect(room.run()).rejects.toThrow(/has 1 now, 0 of them/)
    expect(room.log).toHaveLength(25)
  })

  it('is held too where what was known of it is lost, and where it is done again from landing', async () => {
    await room.run()
    shrink()
    await rm(join(room.folder, 'jobs', 'shows', 'things.json.zst'))
    await expect(room.run()).rejects.toThrow(words)
    await room.job().accept?.()
    await room.run()
    // What was accepted once is no question when all is done again.
    room.log.length = 0
    expect(await room.run('landing')).toMatchObject({ withdrawn: 17 })
  })

  it('passes where the settings bear it, and where only a few records go', async () => {
    await room.run('schedule', { maxWithdrawnShare: 1 })
    shrink()
    expect(await room.run('schedule', { maxWithdrawnShare: 1 })).toMatchObject({ withdrawn: 17 })
    shrink([])
    await expect(room.run()).rejects.toThrow('the dataset is empty')
    shrink(shows(2))
    expect(await room.run()).toMatchObject({ withdrawn: 6 })
  })

  it('holds up no part of it that was touched since', async () => {
    const weekly = { reconcileDays: 7 }
    await room.run('schedule', weekly)
    room.portal.rows = [...shows(2), { ...show(26), updatedAt: later }]
    expect(await room.run('schedule', weekly)).toMatchObject({ withdrawn: 0 })
    room.nowMs += 8 * 86_400_000
    await expect(room.run('schedule', weekly)).rejects.toThrow(/had 26 records and has 3 now/)
  })
})
