import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DownloadRoom } from './download-room.ts'
import { fault } from './portal.ts'
import type { Misbehaviour } from './portal.ts'

let room: DownloadRoom
beforeEach(async () => {
  room = await new DownloadRoom().open(250)
})
afterEach(() => room.portal.stop())

const isPage = (url: string | undefined) => url?.includes('offset') === true
/** On the first pages that are asked for. */
const atFirst =
  (times: number, does: (...of: Parameters<Misbehaviour>) => void): Misbehaviour =>
  (request, response, nth) => {
    if (!isPage(request.url) || times-- <= 0) return false
    does(request, response, nth)
    return true
  }
const always = (does: (...of: Parameters<Misbehaviour>) => void): Misbehaviour => atFirst(Infinity, does)
const json = { 'content-type': 'application/json' }
const csv = { 'content-type': 'text/csv' }

describe('a portal that misbehaves for a while', () => {
  const cases: [string, Misbehaviour][] = [
    ['throttles', atFirst(2, (_, response) => fault(response, 429, 'rate.limit', 'slow down'))],
    [
      'is still making the answer',
      atFirst(3, (_, response) => response.writeHead(202, json).end('{"status":"processing"}')),
    ],
    ['has a fault', atFirst(3, (_, response) => fault(response, 500, 'internal', 'oops'))],
    [
      'answers a page of HTML with 200',
      atFirst(1, (_, response) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><title>Repair</title>'),
      ),
    ],
    [
      'cuts its body off',
      atFirst(1, (_, response) => {
        response.writeHead(200, { ...json, 'content-length': '100000' }).write('[{":id":"row-0')
        setTimeout(() => response.destroy(), 20)
      }),
    ],
    [
      'cuts its JSON off, and says that this is all',
      atFirst(1, (_, response) => response.writeHead(200, json).end('[{":id":"row-00001"},{":id":')),
    ],
    [
      'cuts its gzip off',
      atFirst(1, (_, response) =>
        response
          .writeHead(200, { ...json, 'content-encoding': 'gzip' })
          .end(gzipSync('[{":id":"row-00001"}]').subarray(0, 20)),
      ),
    ],
    ['answers nothing', atFirst(1, (_, response) => response.writeHead(200, json).end())],
    ['answers another type', atFirst(1, (_, response) => response.writeHead(200, csv).end('a,b\n'))],
    ['hangs up', atFirst(1, (_, response) => response.destroy())],
    ['answers with an object', atFirst(1, (_, response) => response.writeHead(200, json).end('{"rows":[]}'))],
  ]
  it.each(cases)('%s: is asked again, and every row comes once', async (_, misbehaves) => {
    room.portal.misbehaves = misbehaves
    const got = await room.download({ pageRows: 100 })
    expect(room.ids(got?.parts ?? [])).toHaveLength(250)
    expect(room.slept.length).toBeGreaterThan(0)
  })

  it.each([
    ['within a row', '":id","place"\n"row-00001","p-0'],
    ['within a line', '":id","place"\n"row-00001"\n'],
    ['before its header', ''],
  ])('cuts its CSV off %s: is asked again', async (_, text) => {
    room.portal.misbehaves = atFirst(1, (_, response) => response.writeHead(200, csv).end(text))
    const got = await room.download({ pageRows: 100, format: 'csv' })
    expect(room.ids(got?.parts ?? [])).toHaveLength(250)
  })

  it('cuts its CSV off between two rows: the rest is asked for', async () => {
    const lines = ['":id","place"', '"row-00001","p-1"', '"row-00002","p-2"', '']
    room.portal.misbehaves = atFirst(1, (_, response) => response.writeHead(200, csv).end(lines.join('\n')))
    const got = await room.download({ pageRows: 100, format: 'csv' })
    expect(room.portal.offsets.slice(0, 2)).toEqual([0, 2])
    expect(room.ids(got?.parts ?? [])).toHaveLength(250)
  })

  it('is left alone for as long as it asks, and longer from time to time', async () => {
    room.portal.misbehaves = atFirst(3, (_, response) =>
      response.writeHead(429, { ...json, 'retry-after': '7' }).end('{}'),
    )
    await room.download()
    expect(room.slept).toEqual([7_000, 7_000, 7_000])
    room.slept.length = 0
    room.portal.misbehaves = atFirst(4, (_, response) => fault(response, 429, 'rate.limit', 'slow down'))
    await room.download()
    expect(room.slept).toEqual([1_000, 2_000, 4_000, 8_000])
  })
})

describe('a portal that misbehaves all the time', () => {
  it.each<[string, Misbehaviour, string, boolean]>([
    [
      'throttles',
      always((_, response) => fault(response, 429, 'rate.limit', 'slow down')),
      'was asked too often; an app token raises the limit (429): slow down',
      true,
    ],
    [
      'wants hours of patience',
      always((_, response) => response.writeHead(429, { 'retry-after': '7200' }).end()),
      'was asked too often',
      true,
    ],
    [
      'never ends its answer',
      always((_, response) => response.writeHead(202, json).end('{}')),
      'is still making the answer (202)',
      true,
    ],
    [
      'answers pages',
      always((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')),
      'a web page, not data',
      true,
    ],
    [
      'does not know the question',
      always((_, response) => fault(response, 400, 'query.soql.no-such-column', 'No such column: :id')),
      'No such column: :id',
      false,
    ],
    [
      'refuses',
      always((_, response) => fault(response, 403, 'permission_denied', 'Invalid app_token specified')),
      'does not let us in',
      false,
    ],
    [
      'has lost the dataset',
      always((_, response) => fault(response, 404, 'dataset.missing', 'Not found')),
      'has no such dataset',
      false,
    ],
    [
      'leaves its system columns out',
      always((_, response) => response.writeHead(200, json).end('[{"place":"p"}]')),
      'row 1 of a page has no :id',
      false,
    ],
    [
      'answers rows that are none',
      always((_, response) => response.writeHead(200, json).end('[1]')),
      'row 1 of the answer is no object',
      true,
    ],
  ])('%s: says so, and whether it may pass', async (_, misbehaves, words, retryable) => {
    room.portal.misbehaves = misbehaves
    await expect(room.download()).rejects.toMatchObject({
      code: 'ART_SOCRATA',
      message: expect.stringContaining(words) as string,
      retryable,
    })
    expect(room.kept.size).toBe(0)
  })

  it('keeps the patience that it was asked for, for the job’s next attempt', async () => {
    room.portal.misbehaves = always((_, response) => response.writeHead(429, { 'retry-after': '7200' }).end())
    await expect(room.download()).rejects.toMatchObject({ retryAfterS: 7_200 })
    expect(room.slept).toEqual([])
  })

  it('says fewer rows than it counts: nothing of it is whole', async () => {
    room.portal.misbehaves = ({ url }, response) => {
      if (isPage(url)) return false
      response.writeHead(200, json).end('[{"row_count":"260","newest":"2026-11-01T17:00:00.000Z"}]')
      return true
    }
    await expect(room.download()).rejects.toThrow('250 rows came, but it counts 260')
  })

  it('does not count: says so', async () => {
    room.portal.misbehaves = (_, response) => {
      response.writeHead(200, json).end('[]')
      return true
    }
    await expect(room.download()).rejects.toThrow('did not say how many rows there are')
  })

  it('is told nothing more once the caller gave up', async () => {
    room.portal.misbehaves = always((_, response) => {
      room.stop.abort(new Error('stopped'))
      fault(response, 500, 'internal', 'oops')
    })
    await expect(room.download()).rejects.toThrow('stopped')
    expect(room.slept).toEqual([])
  })
})
