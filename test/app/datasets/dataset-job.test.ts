import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DatasetRoom, show, shows } from './dataset-room.ts'

let room: DatasetRoom
beforeEach(async () => {
  room = await new DatasetRoom().open()
})
afterEach(() => room.close())

const later = '2026-11-15T17:00:00.000Z'

describe('a dataset’s job', () => {
  it('brings every row once, step by step', async () => {
    expect(await room.run()).toEqual({ rows: 25, sent: 25, withdrawn: 0, rejected: 0, notice: null })
    expect(room.steps).toEqual(['download', 'land', 'clean', 'load'])
    expect(Object.keys(room.table)).toHaveLength(25)
    expect(JSON.parse(room.log[0] ?? '')).toEqual({
      event_id: 'show-1',
      updated_at: '2026-10-01T10:00:00Z',
      kind: 'concert',
      title: 'show 1',
      status: 'confirmed',
      starts_at: '2026-12-01T19:00:00Z',
      ends_at: '2026-12-01T19:00:00Z',
    })
  })

  it('does nothing when nothing was touched', async () => {
    await room.run()
    expect(await room.run()).toMatchObject({ rows: 0, sent: 0 })
    expect(room.log).toHaveLength(25)
  })

  it('tells only what is otherwise when the publisher puts the whole set in again', async () => {
    await room.run()
    room.portal.rows = [show(1, 'new title', '2026-11-10T10:00:00Z'), ...shows(25).slice(1), show(26)]
    room.portal.replaceAll(later)
    expect(await room.run()).toMatchObject({ rows: 26, sent: 2, withdrawn: 0 })
    expect(room.table).toMatchObject({ 'show-1': 'new title', 'show-2': 'show 2', 'show-26': 'show 26' })
  })

  it('tells what the source has changed without saying when, once', async () => {
    await room.run()
    room.portal.rows = [show(1, 'other title'), show(2, 'x'), ...shows(25).slice(2)]
    room.portal.replaceAll(later)
    expect(await room.run()).toMatchObject({
      sent: 2,
      notice:
        '2 record(s) are otherwise than before under the same updated_at (show-1, show-2): what came first counts, and the other is in lake.stream_conflicts.',
    })
    const { versions } = await room.catalog.memory
    expect(versions.map(({ quality }) => quality?.restated)).toEqual([0, 2])
    room.portal.replaceAll('2026-11-16T17:00:00.000Z')
    expect(await room.run()).toMatchObject({ sent: 0, notice: null })
    // Two rows of one show, of which one is as it was, are no change.
    room.portal.rows = [...room.portal.rows, { ...show(2), id: 'row-x' }]
    expect((await room.run()).notice).toBeNull()
    room.portal.replaceAll('2026-11-17T17:00:00.000Z')
    expect((await room.run()).notice).toBeNull()
  })

  it('marks what was deleted at the source, and brings back what comes back', async () => {
    await room.run()
    room.portal.rows = shows(25).filter((_, i) => i !== 6)
    expect(await room.run()).toMatchObject({ sent: 1, withdrawn: 1 })
    expect(room.table['show-7']).toBe('withdrawn')
    expect(await room.run()).toMatchObject({ sent: 0 })
    room.portal.rows = shows(25)
    expect(await room.run()).toMatchObject({ sent: 1, withdrawn: 0 })
    expect(room.table['show-7']).toBe('show 7')
  })

  it('withdraws nothing because of an empty dataset', async () => {
    await room.run()
    room.portal.rows = []
    await expect(room.run()).rejects.toThrow('the dataset is empty, which would withdraw everything')
    expect(Object.values(room.table)).not.toContain('withdrawn')
    room.portal.rows = shows(25)
    expect(await room.run()).toMatchObject({ sent: 0 })
  })

  it('brings what was touched since, and withdraws nothing, where old rows leave by themselves', async () => {
    const live = { reconcileDays: null }
    await room.run('schedule', live)
    room.portal.rows = [...shows(25).slice(10), { ...show(26), updatedAt: later }]
    const result = await room.run('schedule', live)
    expect(result).toMatchObject({ withdrawn: 0 })
    expect(room.portal.asked.at(-1)?.query.get('$where')).toBe(":updated_at >= '2026-11-01T17:00:00.000Z'")
    expect(Object.keys(room.table)).toHaveLength(26)
    room.portal.asked.length = 0
    await room.run('schedule', live)
    await room.run('schedule', live)
    expect(room.portal.offsets).toEqual([0])
  })

  it('reads the whole set again when it is time to, and only then', async () => {
    const weekly = { reconcileDays: 7 }
    await room.run('schedule', weekly)
    room.portal.rows = shows(25).slice(1)
    expect(await room.run('schedule', weekly)).toMatchObject({ withdrawn: 0 })
    room.nowMs += 8 * 86_400_000
    expect(await room.run('schedule', weekly)).toMatchObject({ withdrawn: 1 })
  })

  it('reads the whole set again after the clock was ahead', async () => {
    room.nowMs += 86_400_000
    await room.run()
    room.nowMs -= 86_400_000
    room.portal.rows = shows(25).slice(1)
    expect(await room.run()).toMatchObject({ withdrawn: 1 })
  })

  it('says the same when what it knew is lost', async () => {
    await room.run()
    await rm(join(room.folder, 'jobs', 'shows', 'things.json.zst'))
    room.portal.rows = shows(25).slice(1)
    expect(await room.run()).toMatchObject({ sent: 1, withdrawn: 1 })
  })

  it('makes the same tables from what was landed alone, the portal away', async () => {
    await room.run()
    room.portal.rows = [show(1, 'new title', '2026-11-10T10:00:00Z'), ...shows(25).slice(3)]
    room.portal.replaceAll(later)
    await room.run()
    room.portal.rows = [...shows(25)]
    room.portal.replaceAll('2026-11-20T17:00:00.000Z')
    await room.run()
    const { table } = room
    room.portal.misbehaves = () => {
      throw new Error('asked')
    }
    room.log.length = 0
    expect(await room.run('landing')).toMatchObject({ withdrawn: 2 })
    expect(room.table).toEqual(table)
    // And the job goes on from there.
    room.portal.misbehaves = () => false
    expect(await room.run()).toMatchObject({ sent: 0 })
  })

  it('makes the same of what was landed after the clock was set back', async () => {
    await room.run()
    room.nowMs -= 86_400_000
    room.portal.rows = shows(25).slice(1)
    await room.run()
    const { table } = room
    expect(table['show-1']).toBe('withdrawn')
    room.log.length = 0
    await room.run('landing')
    expect(room.table).toEqual(table)
    // What comes back then is brought back.
    room.portal.rows = shows(25)
    room.portal.replaceAll(later)
    expect(await room.run()).toMatchObject({ sent: 1 })
    expect(room.table['show-1']).toBe('show 1')
  })

  it('takes a row that is no record to quarantine, with all that it says', async () => {
    room.portal.rows = [
      show(1),
      { ...show(2), values: { key: 'show-2', title: 'x', changed: 'no time', begins: 'x' } },
    ]
    await room.run()
    expect(room.log.map(line => JSON.parse(line) as object)[1]).toMatchObject({
      event_id: 'show-2',
      updated_at: 'no time',
    })
  })
})

describe('columns of a dataset', () => {
  it('that are new pass, and are told', async () => {
    await room.run()
    room.portal.types = { ...room.portal.types, extra: 'text' }
    room.portal.replaceAll(later)
    expect(await room.run()).toMatchObject({
      notice: '127.0.0.1 has new columns: extra.'.replace('127.0.0.1', host()),
    })
  })

  it.each([
    ['gone', () => ({ key: 'text', title: 'text', changed: 'text' }), 'begins is gone'],
    [
      'of another type',
      () => ({ key: 'text', title: 'text', changed: 'text', begins: 'number' }),
      'begins: text → number',
    ],
  ])('that are %s pause the job; once it is resumed it takes them as they are', async (_, types, words) => {
    await room.run()
    room.portal.types = types()
    room.portal.replaceAll(later)
    await expect(room.run()).rejects.toMatchObject({
      code: 'ART_JOB_PAUSED',
      message: expect.stringContaining(words) as string,
    })
    expect(room.log).toHaveLength(25)
    expect(await room.landing.deliveries('shows')).toHaveLength(1)
    // Who runs it without having resumed it accepts nothing.
    await expect(room.run('manual')).rejects.toThrow(words)
    const { versions } = await room.catalog.memory
    expect(versions.map(({ state, rows }) => [state, rows])).toEqual([
      ['taken', 25],
      ['held', 25],
    ])
    await room.job().accept?.()
    const again = room.run('schedule')
    // A column that its reader needs stays a fault, in words; another type passes.
    if (words.includes('gone')) await expect(again).rejects.toThrow('no item of the answer has begins')
    else expect(await again).toMatchObject({ rows: 25 })
  })

  it('that are right again are taken once it is resumed; nothing is lost, and the same fault pauses it again', async () => {
    await room.run()
    const right = room.portal.types
    room.portal.types = { ...right, begins: 'number' }
    room.portal.rows = shows(30)
    await expect(room.run()).rejects.toThrow('begins: text → number')
    await room.job().accept?.()
    room.portal.types = right
    expect(await room.run()).toMatchObject({ rows: 30, sent: 5, withdrawn: 0, notice: null })
    room.portal.types = { ...right, begins: 'number' }
    room.portal.replaceAll(later)
    await expect(room.run()).rejects.toThrow('begins: text → number')
  })

  it('that its reader needs pause it at the first download already', async () => {
    const wants = { needs: [['start_dt', 'start_dt_utc'], ['title']], reads: [], typed: [] }
    await expect(room.run('schedule', { wants })).rejects.toThrow('no start_dt or start_dt_utc')
  })

  it('that its reader does not need may go, which is told', async () => {
    const names = ['key', 'title', 'changed', 'begins']
    const needs = { wants: { needs: names.map(name => [name]), reads: names, typed: [] } }
    room.portal.types = { ...room.portal.types, extra: 'text' }
    await room.run('schedule', needs)
    room.portal.types = { key: 'text', title: 'text', changed: 'text', begins: 'text' }
    room.portal.replaceAll(later)
    expect((await room.run('schedule', needs)).notice).toContain('columns that are gone: extra')
  })
})

describe('a file in the inbox', () => {
  const file = (...lines: object[]) => JSON.stringify(lines)
  const row = (n: number) => show(n).values

  it('is processed once, without asking the portal, and stays where it is', async () => {
    await mkdir(room.inbox, { recursive: true })
    await writeFile(join(room.inbox, 'old.json'), file(row(101), row(102)))
    expect(await room.runFiles()).toMatchObject({ news: true, result: { rows: 2, sent: 2 } })
    expect(room.portal.asked).toEqual([])
    expect((await room.runFiles()).news).toBe(false)
    expect(await readdir(room.inbox)).toEqual(['old.json'])
    expect(room.log).toHaveLength(2)
  })

  it('with content that is known under another name is taken and not done again', async () => {
    await mkdir(room.inbox, { recursive: true })
    await writeFile(join(room.inbox, 'old.json'), file(row(101)))
    await room.runFiles()
    await writeFile(join(room.inbox, 'copy.json'), file(row(101)))
    expect(await room.runFiles()).toMatchObject({ news: true, result: { rows: 0, sent: 0 } })
    expect((await room.runFiles()).news).toBe(false)
  })

  it('that is none is told, and holds up nothing that comes after it', async () => {
    await mkdir(room.inbox, { recursive: true })
    await writeFile(join(room.inbox, 'a.json'), 'garbage')
    await writeFile(join(room.inbox, 'b.json'), file(row(101)))
    await expect(room.runFiles()).rejects.toThrow(
      /a\.json: the answer is no JSON.*put the right one into the inbox/,
    )
    expect(room.log).toHaveLength(1)
    expect((await room.runFiles()).news).toBe(false)
    expect(await room.run()).toMatchObject({ sent: 25 })
  })

  it('says nothing about what the dataset has: nothing of it is withdrawn', async () => {
    await mkdir(room.inbox, { recursive: true })
    await writeFile(join(room.inbox, 'old.json'), file(row(101)))
    await room.runFiles()
    await room.run()
    room.portal.replaceAll(later)
    expect(await room.run()).toMatchObject({ withdrawn: 0 })
    expect(room.table['show-101']).toBe('show 101')
  })

  it('without a column that is needed pauses the job, and is taken once it is right', async () => {
    const names = ['key', 'title', 'changed', 'begins']
    const needs = { wants: { needs: names.map(name => [name]), reads: names, typed: ['begins'] } }
    const put = async (rows: readonly object[]) => {
      await mkdir(room.inbox, { recursive: true })
      await writeFile(join(room.inbox, 'old.json'), file(...rows))
    }
    await put([{ key: 'show-101', title: 'x', changed: '2026-10-01T10:00:00Z' }])
    await expect(room.runFiles(needs)).rejects.toMatchObject({
      code: 'ART_JOB_PAUSED',
      message: expect.stringMatching(/^old\.json: .*no begins.*Put the right file in its place/) as string,
    })
    expect(room.log).toEqual([])
    // Untouched it is told again, by whatever the job runs for.
    await expect(room.runFiles(needs)).rejects.toThrow('no begins')
    await put([row(101), row(102)])
    expect(await room.runFiles(needs)).toMatchObject({ result: { rows: 2, sent: 2 } })
  })

  it('that is too large is told while it lies there, though nothing else is new', async () => {
    await mkdir(room.inbox, { recursive: true })
    await writeFile(join(room.inbox, 'big.json'), ' '.repeat(1_000_001))
    const job = room.job()
    expect(await job.hasNews?.()).toBe(false)
    expect(job.untaken?.()).toMatch(/"big\.json" \(977 KiB\): larger than jobs\.maxFileBytes/)
    expect((await room.run()).notice).toContain('"big.json"')
    await rm(join(room.inbox, 'big.json'))
    await job.hasNews?.()
    expect(job.untaken?.()).toBeNull()
  })

  it('is never something that the job made itself', async () => {
    await room.run()
    await room.run('landing')
    expect((await room.runFiles()).news).toBe(false)
  })
})

const host = () => `${new URL(room.portal.origin).host}/abcd-1234`
