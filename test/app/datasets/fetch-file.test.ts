import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DatasetSettings } from '../../../src/app/datasets/settings.ts'
import { DatasetRoom, show, shows } from './dataset-room.ts'

/** A file behind the portal's address. */
let room: DatasetRoom
let text = ''
let etag: string | null = '"1"'
let status = 200
let asked: (string | undefined)[] = []
beforeEach(async () => {
  room = await new DatasetRoom().open()
  text = JSON.stringify([show(1).values, show(2).values])
  ;[etag, status, asked] = ['"1"', 200, []]
  room.portal.misbehaves = (request, response) => {
    const given = request.headers['if-none-match']
    asked.push(given)
    if (etag !== null && given === etag) response.writeHead(304).end()
    else response.writeHead(status, etag === null ? {} : { etag }).end(text)
    return true
  }
})
afterEach(() => room.close())

const run = (over: Partial<DatasetSettings> = {}) =>
  room.run('schedule', {
    ...over,
    source: { url: `${room.portal.origin}/shows.json`, timeoutS: 10, maxBytes: 1_000_000 },
    reconcileDays: null,
  })

describe('a plain file at an address', () => {
  it('is taken once, and again when it is another one; what is missing from it stays', async () => {
    expect(await run()).toMatchObject({ rows: 2, sent: 2 })
    expect(await run()).toMatchObject({ rows: 0, sent: 0 })
    expect(asked).toEqual([undefined, '"1"'])
    text = JSON.stringify([show(1, 'new title', '2026-11-10T10:00:00Z').values])
    etag = '"2"'
    expect(await run()).toMatchObject({ rows: 1, sent: 1 })
    expect(room.table).toEqual({ 'show-1': 'new title', 'show-2': 'show 2' })
  })

  it('that has lost most of its rows, or all of them, is told; what it no longer has stays', async () => {
    const rows = (count: number) => JSON.stringify(shows(count).map(({ values }) => values))
    text = rows(25)
    expect(await run()).toMatchObject({ sent: 25, notice: null })
    for (const [left, mark] of [
      [12, '"2"'],
      [0, '"3"'],
    ] as const) {
      text = rows(left)
      etag = mark
      expect(await run()).toMatchObject({
        rows: left,
        withdrawn: 0,
        notice: expect.stringContaining(`has ${left} rows, and had ${left === 0 ? 12 : 25}`) as string,
      })
    }
    expect(Object.values(room.table)).not.toContain('withdrawn')
  })

  it('without a column that is needed pauses the job, and is taken once its source is right again', async () => {
    const wants = { needs: [['key'], ['begins']], reads: ['key', 'begins'], typed: [] }
    await run({ wants })
    const { begins: gone, ...rest } = show(3).values
    text = JSON.stringify([rest])
    etag = '"2"'
    await expect(run({ wants })).rejects.toMatchObject({
      code: 'ART_JOB_PAUSED',
      message: expect.stringMatching(
        /no begins.*have it set right, then `arterial jobs resume shows`/,
      ) as string,
    })
    expect(room.log).toHaveLength(2)
    text = JSON.stringify([{ ...rest, begins: gone }])
    etag = '"3"'
    expect(await run({ wants })).toMatchObject({ rows: 1, sent: 1 })
    const { versions } = await room.catalog.memory
    expect(versions.map(({ state }) => state)).toEqual(['taken', 'held', 'taken'])
  })

  it('is known by its content where its server has no marks', async () => {
    etag = null
    await run()
    expect(await run()).toMatchObject({ rows: 0, sent: 0 })
    expect(await room.landing.deliveries('shows')).toHaveLength(1)
  })

  it('that is another thing is told, and holds up nothing that comes after it', async () => {
    text = '<html>under repair</html>'
    await expect(run()).rejects.toMatchObject({ code: 'ART_FEED' })
    text = JSON.stringify([show(1).values])
    etag = '"2"'
    expect(await run()).toMatchObject({ sent: 1 })
  })

  it.each([
    [503, true],
    [404, false],
  ])('that answers %i fails the run, which is tried again: %s', async (answered, retryable) => {
    status = answered
    await expect(run()).rejects.toMatchObject({ code: 'ART_FEED', retryable })
    expect(await room.landing.deliveries('shows')).toHaveLength(0)
  })
})
