import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ingest } from './sample.ts'

const LINES = Buffer.alloc(9_000_000, '{}\n')

describe('a packed body', () => {
  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const)(
    'of three million `{}` lines in %s is refused early, with what is durable',
    async (contentEncoding, pack) => {
      const packed = pack(LINES)
      const { error, log } = await ingest([packed], { contentEncoding })
      expect(error).toMatchObject({ status: 413, code: 'ART_BODY_RATIO', durable: log.count })
      expect(log.count).toBeLessThan(10_000 + 4 * packed.length)
      expect(error?.message).toMatch(/first \d+ lines are durable|no line of it was kept/)
    },
  )

  it('of the most repetitive honest feed is taken', async () => {
    const row = (i: number) =>
      `{"sensor_id":"INT-${i % 300}","timestamp":"${new Date(1.7e12 + 30_000 * Math.floor(i / 300)).toISOString()}","vehicle_count":0,"average_speed":null,"occupancy_rate":0,"signal_state":"red"}\n`
    const text = Array.from({ length: 60_000 }, (_, i) => row(i)).join('')
    const level = { params: { [constants.ZSTD_c_compressionLevel]: 19 } }
    expect((await ingest([zstdCompressSync(text, level)], { contentEncoding: 'zstd' })).accepted).toBe(60_000)
    expect((await ingest([gzipSync(text, { level: 9 })], { contentEncoding: 'gzip' })).accepted).toBe(60_000)
  })

  it('whose window would take much memory is refused, with the remedy', async () => {
    const packed = zstdCompressSync(Buffer.alloc(64 << 20, 'x'), {
      params: { [constants.ZSTD_c_windowLog]: 27 },
    })
    const { error } = await ingest([packed], { contentEncoding: 'zstd' })
    expect(error).toMatchObject({ status: 400, durable: 0 })
    expect(error?.message).toContain('without --long')
  })

  it('of thousands of empty frames is refused', async () => {
    const empty = zstdCompressSync(Buffer.alloc(0))
    const { error } = await ingest([Buffer.concat(Array.from({ length: 5_000 }, () => empty))], {
      contentEncoding: 'zstd',
    })
    expect(error).toMatchObject({ status: 413, code: 'ART_BODY_RATIO' })
  })
})

describe('the amount of a body', () => {
  it('is bounded in records', async () => {
    const { error, log } = await ingest([LINES], { maxBodyRecords: 50_000 })
    expect(error).toMatchObject({ status: 413, code: 'ART_BODY_TOO_LARGE', durable: log.count })
    expect(log.count).toBeLessThanOrEqual(50_000)
    expect(error?.message).toContain('limits.maxBodyRecords')
  })

  it('counts the lines that CSV becomes, not only its bytes', async () => {
    const header = `sensor_id,timestamp,vehicle_count,${'x'.repeat(10_000)}\n`
    const { error, log } = await ingest([header, ',,,\n'.repeat(100_000)], { contentType: 'text/csv' })
    expect(error).toMatchObject({ status: 413, code: 'ART_BODY_RATIO' })
    expect(log.text.length).toBeLessThan(500 * 500_000)
  })

  it('is bounded in a CSV header, which every row repeats', async () => {
    const header = `sensor_id,timestamp,vehicle_count,${'x'.repeat(20_000)}\n`
    const { error } = await ingest([header, ',,,\n'], { contentType: 'text/csv' })
    expect(error).toMatchObject({ status: 422, code: 'ART_CSV_HEADER', durable: 0 })
  })
})
