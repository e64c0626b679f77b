import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DatasetRoom, show } from './dataset-room.ts'

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

const run = () =>
  room.run('schedule', {
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
