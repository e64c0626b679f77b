import { Readable } from 'node:stream'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ingestBody } from '../../../src/sources/http/index.ts'
import { MemoryLog, fairDoor, ingest, passOf } from './sample.ts'

const CSV = 'text/csv'
const JSON_TYPE = 'application/json'

describe('a body', () => {
  it.each(['', '\n\r\n\n', '\ufeff'])('without a line (%j) is refused', async body => {
    const { error } = await ingest([body])
    expect(error).toMatchObject({ status: 400, code: 'ART_BODY_EMPTY', durable: 0 })
  })

  it.each(['', ' \n', '[]', '[ ]'])('of JSON without a reading (%j) is refused', async body => {
    expect((await ingest([body], { contentType: JSON_TYPE })).error).toMatchObject({
      status: 400,
      code: 'ART_BODY_EMPTY',
    })
  })

  it.each([
    ['application/xml', undefined, 'ART_MEDIA_TYPE'],
    ['', undefined, 'ART_MEDIA_TYPE'],
    ['application/json; charset=utf-16', undefined, 'ART_MEDIA_TYPE'],
    ['text/csv', 'br', 'ART_CONTENT_ENCODING'],
    ['text/csv', 'gzip, gzip', 'ART_CONTENT_ENCODING'],
  ])('of %j packed as %j is refused', async (contentType, contentEncoding, code) => {
    const { error, log } = await ingest(['{}\n'], { contentType, contentEncoding })
    expect(error).toMatchObject({ status: 415, code })
    expect(log.batches).toEqual([])
  })

  it('that breaks off keeps its whole lines and drops the torn one', async () => {
    const { error, log } = await ingest(['{"a":1}\n{"a":2}\n{"a":'], { breakWith: new Error('aborted') })
    expect(error).toMatchObject({ status: 400, code: 'ART_BODY_ABORTED', durable: 2, retryable: true })
    expect(error?.message).toContain('2 lines')
    expect(log.lines).toEqual(['{"a":1}', '{"a":2}'])
  })

  it('of CSV that breaks off keeps its whole rows', async () => {
    const body = 'sensor_id,timestamp,queue_length\nS,t,1\nS,t,2\nS,t'
    const { error, log } = await ingest([body], { contentType: CSV, breakWith: new Error('aborted') })
    expect(error).toMatchObject({ code: 'ART_BODY_ABORTED', durable: 2 })
    expect(log.count).toBe(2)
  })

  it.each(['gzip', 'zstd'])('of %s that is torn keeps what could be unpacked', async contentEncoding => {
    const body = Buffer.from(
      Array.from({ length: 20_000 }, (_, i) => `{"n":${i},"s":${Math.sin(i)}}\n`).join(''),
    )
    const packed = contentEncoding === 'gzip' ? gzipSync(body) : zstdCompressSync(body)
    const { error, log } = await ingest([packed.subarray(0, packed.length * 0.9)], { contentEncoding })
    expect(error).toMatchObject({ status: 400, code: 'ART_BODY_BROKEN' })
    expect(error!.durable).toBeGreaterThan(1000)
    expect(log.count).toBe(error!.durable)
    expect(body.toString('latin1').startsWith(log.text)).toBe(true)
  })

  it.each(['gzip', 'zstd'])('that is not %s at all is refused', async contentEncoding => {
    const { error } = await ingest(['{"a":1}\n'], { contentEncoding })
    expect(error).toMatchObject({ status: 400, code: 'ART_BODY_BROKEN', durable: 0 })
  })

  it.each(['gzip', 'zstd'])('that unpacks beyond the limit (%s bomb) is refused', async contentEncoding => {
    const zeros = Buffer.alloc(64 * 1024 * 1024)
    const packed = contentEncoding === 'gzip' ? gzipSync(zeros) : zstdCompressSync(zeros)
    const { error, oversize } = await ingest(['', packed], {
      contentEncoding,
      maxBodyBytes: 1 << 20,
      maxLineBytes: 1 << 16,
    })
    expect(error).toMatchObject({ status: 413, code: 'ART_BODY_TOO_LARGE', durable: 0 })
    expect(oversize.stored).toEqual([])
    expect(oversize.discarded).toHaveLength(1)
  })

  it('over the limit keeps the lines before it', async () => {
    const { error } = await ingest(['1\n2\n', '3\n4\n'.repeat(10_000)], { maxBodyBytes: 10_000 })
    expect(error).toMatchObject({ status: 413, durable: 0 })
    const later = await ingest(['1\n'.repeat(4500), '3\n4\n'.repeat(10_000)], { maxBodyBytes: 10_000 })
    expect(later.error).toMatchObject({ status: 413, durable: 4500 })
  })

  it('says how many lines are durable when the log fails', async () => {
    const line = `${'x'.repeat(1023)}\n`
    const log = new MemoryLog(2)
    const { error } = await ingest(
      Array.from({ length: 100 }, () => line.repeat(64)),
      { log },
    )
    expect(error).toMatchObject({ status: 503, code: 'ART_LOG_APPEND', retryable: true, durable: log.count })
    expect(log.count).toBeGreaterThan(0)
  })

  it('leaves the stream of a refused request open, so that it can be answered', async () => {
    const body = Readable.from([Buffer.alloc(100_000, 'x\n'), Buffer.alloc(100_000, 'y\n')])
    const { log, oversize } = await ingest(['{}'])
    const deps = { log, oversize, now: () => 0, maxLineBytes: 1000, maxBodyBytes: 1000, maxBodyRecords: 1000 }
    const request = {
      contentType: 'application/x-ndjson',
      contentEncoding: undefined,
      source: 'http',
      intervalS: null,
      pass: passOf(fairDoor()),
    }
    await expect(ingestBody(body, request, deps)).rejects.toMatchObject({ status: 413 })
    expect(body.destroyed).toBe(false)
    body.destroy()
  })
})

describe('a line over the limit', () => {
  it('goes to a file of its own, in its place among the others', async () => {
    const long = `{"x":"${'a'.repeat(20 * 1024 * 1024)}"}`
    const { log, oversize, accepted } = await ingest(['{"a":1}\n', long, '\n{"a":2}\n'])
    expect(accepted).toBe(3)
    expect(log.batches.map(({ kind, count }) => [kind, count])).toEqual([
      ['reading', 1],
      ['oversize', 1],
      ['reading', 1],
    ])
    expect(oversize.stored).toHaveLength(1)
    expect(oversize.stored[0]?.equals(Buffer.from(long))).toBe(true)
    expect(JSON.parse(log.lines[1]!)).toMatchObject({
      file: '1.line',
      bytes: long.length,
      reason: 'line_too_long',
    })
  })

  it('is held to the byte', async () => {
    const body = `${'a'.repeat(10)}\n${'b'.repeat(11)}\n${'c'.repeat(10)}`
    const { log, oversize } = await ingest([body], { maxLineBytes: 10 })
    expect(oversize.stored.map(String)).toEqual(['b'.repeat(11)])
    expect(log.lines.filter(line => !line.startsWith('{'))).toEqual(['a'.repeat(10), 'c'.repeat(10)])
  })

  it('whose end did not come leaves nothing behind', async () => {
    const { error, oversize } = await ingest(['1\n', 'x'.repeat(5000)], {
      maxLineBytes: 1000,
      breakWith: new Error('gone'),
    })
    expect(error).toMatchObject({ durable: 1 })
    expect(oversize.stored).toEqual([])
    expect(oversize.discarded).toHaveLength(1)
  })

  it.each([
    [JSON_TYPE, (long: string) => `[{"a":1},{"x":"${long}"},{"a":2}]`],
    [CSV, (long: string) => `sensor_id,timestamp,queue_length\nS,t,1\n${long},t,1\nS,t,2`],
  ])('of %s keeps its neighbours', async (contentType, body) => {
    const { log, oversize, accepted } = await ingest([body('z'.repeat(5000))], {
      contentType,
      maxLineBytes: 1000,
    })
    expect(accepted).toBe(3)
    expect(log.batches.map(({ kind }) => kind)).toEqual(['reading', 'oversize', 'reading'])
    expect(oversize.stored[0]?.includes('z'.repeat(5000))).toBe(true)
  })
})
