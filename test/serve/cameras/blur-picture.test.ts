import { decode, encode } from 'jpeg-js'
import { crc32, deflateSync } from 'node:zlib'
import { PNG } from 'pngjs'
import { describe, expect, it } from 'vitest'
import { blurPicture } from '../../../src/serve/cameras/blur-picture.ts'
import { blurrer } from '../../../src/serve/cameras/blur.ts'

/** A picture whose grey is a function of the place. */
function jpegOf(
  width: number,
  height: number,
  grey: (x: number, y: number) => number,
  comments: string[] = [],
) {
  const data = Buffer.alloc(width * height * 4, 255)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.fill(grey(x, y), (y * width + x) * 4, (y * width + x) * 4 + 3)
  return encode({ width, height, data, comments }, 90).data
}

const greyAt = (jpeg: Buffer, x: number, y: number) => {
  const { data, width } = decode(jpeg)
  return data[(y * width + x) * 4] ?? NaN
}

describe('blurPicture', () => {
  it('keeps the large and loses the small', () => {
    // Left dark, right light; on the light half stripes of 3 px, as of a plate.
    const stripes = (x: number) => (x < 320 ? 20 : x % 6 < 3 ? 255 : 155)
    const blurred = blurPicture(jpegOf(640, 480, stripes))
    expect(decode(blurred)).toMatchObject({ width: 640, height: 480 })
    expect(greyAt(blurred, 100, 200)).toBeLessThan(40)
    const right = Array.from({ length: 60 }, (_, i) => greyAt(blurred, 450 + i, 200))
    expect(Math.min(...right)).toBeGreaterThan(180)
    expect(Math.max(...right) - Math.min(...right)).toBeLessThan(40)
  })

  it('makes large pictures smaller, and takes the smallest', () => {
    expect(decode(blurPicture(jpegOf(1920, 1080, () => 128)))).toMatchObject({ width: 640, height: 360 })
    expect(decode(blurPicture(jpegOf(3, 1000, () => 128)))).toMatchObject({ width: 2, height: 640 })
    expect(decode(blurPicture(jpegOf(1, 1, () => 128)))).toMatchObject({ width: 1, height: 1 })
  })

  it('keeps nothing of the file but its pixels', () => {
    const jpeg = jpegOf(64, 64, () => 128, ['taken at 51.05, -114.07'])
    expect(jpeg.toString('latin1')).toContain('51.05')
    expect(blurPicture(jpeg).toString('latin1')).not.toContain('51.05')
  })

  it('refuses what is none, and what claims to be enormous', () => {
    expect(() => blurPicture(Buffer.from('\xff\xd8\xffno', 'latin1'))).toThrow()
    const jpeg = jpegOf(8, 8, () => 1)
    const size = jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 5
    jpeg.writeUInt16BE(65_000, size)
    jpeg.writeUInt16BE(65_000, size + 2)
    expect(() => blurPicture(jpeg)).toThrow()
  })
})

/** Chunks of a PNG, each with its checksum, behind the signature. */
function pngOf(header: { width: number; height: number; interlaced?: boolean }, packed: Buffer, more = '') {
  const ihdr = Buffer.alloc(13)
  ihdr.writeUInt32BE(header.width, 0)
  ihdr.writeUInt32BE(header.height, 4)
  ihdr.set([8, 2, 0, 0, header.interlaced === true ? 1 : 0], 8)
  const chunk = (type: string, data: Buffer) => {
    const whole = Buffer.alloc(data.length + 12)
    whole.writeUInt32BE(data.length, 0)
    whole.write(type, 4, 'latin1')
    data.copy(whole, 8)
    whole.writeUInt32BE(crc32(whole.subarray(4, data.length + 8)), data.length + 8)
    return whole
  }
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  const text = more === '' ? [] : [chunk('tEXt', Buffer.from(`Comment\0${more}`))]
  return Buffer.concat([
    signature,
    chunk('IHDR', ihdr),
    ...text,
    chunk('IDAT', packed),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Rows of one colour, without a filter. */
const plainRows = (width: number, height: number, colour: readonly number[]) =>
  deflateSync(
    Buffer.concat(
      Array.from({ length: height }, () =>
        Buffer.from([0, ...Array.from({ length: width }, () => colour).flat()]),
      ),
    ),
  )

describe('blurPicture of a PNG', () => {
  it('keeps the large and loses the small, as of a JPEG', () => {
    const png = new PNG({ width: 640, height: 480 })
    for (let i = 0; i < 640 * 480; i++) {
      const x = i % 640
      png.data.fill(x < 320 ? 20 : x % 6 < 3 ? 255 : 155, i * 4, i * 4 + 3)
      png.data[i * 4 + 3] = 255
    }
    const blurred = blurPicture(PNG.sync.write(png))
    expect(decode(blurred)).toMatchObject({ width: 640, height: 480 })
    expect(greyAt(blurred, 100, 200)).toBeLessThan(40)
    const right = Array.from({ length: 60 }, (_, i) => greyAt(blurred, 450 + i, 200))
    expect(Math.min(...right)).toBeGreaterThan(180)
    expect(Math.max(...right) - Math.min(...right)).toBeLessThan(40)
  })

  it('shows what does not cover on white, as a browser does', () => {
    const png = new PNG({ width: 8, height: 8 })
    png.data.fill(0)
    expect(greyAt(blurPicture(PNG.sync.write(png)), 4, 4)).toBeGreaterThan(250)
  })

  it('takes one that is interlaced', () => {
    // Of a single pixel, the first of the seven passes is the whole picture.
    const one = pngOf({ width: 1, height: 1, interlaced: true }, plainRows(1, 1, [90, 90, 90]))
    expect(Math.abs(greyAt(blurPicture(one), 0, 0) - 90)).toBeLessThan(4)
  })

  it('keeps nothing of the file but its pixels', () => {
    const png = pngOf({ width: 8, height: 8 }, plainRows(8, 8, [1, 2, 3]), 'taken at 51.05, -114.07')
    expect(png.toString('latin1')).toContain('51.05')
    expect(blurPicture(png).toString('latin1')).not.toContain('51.05')
  })

  it('refuses what is broken, what claims to be enormous, and what unpacks to more than it claims', () => {
    const rows = plainRows(8, 8, [1, 2, 3])
    expect(() => blurPicture(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))).toThrow('how large')
    expect(() => blurPicture(pngOf({ width: 8, height: 8 }, rows).subarray(0, 60))).toThrow()
    expect(() => blurPicture(pngOf({ width: 65_000, height: 65_000 }, rows))).toThrow('too large')
    const bomb = deflateSync(Buffer.alloc(64 * 2 ** 20))
    for (const interlaced of [false, true])
      expect(() => blurPicture(pngOf({ width: 8, height: 8, interlaced }, bomb))).toThrow(/larger than/)
  })
})

describe('blurrer', () => {
  it('blurs in a thread, one after the other', async () => {
    const blur = blurrer()
    const jpeg = jpegOf(64, 64, x => x * 4)
    const [one, two] = await Promise.all([blur(jpeg), blur(jpeg)])
    expect(one.equals(two)).toBe(true)
    expect(one.equals(blurPicture(jpeg))).toBe(true)
  })

  it('goes on after one that is broken', async () => {
    const blur = blurrer()
    const broken = blur(Buffer.from('\xff\xd8\xff', 'latin1'))
    const whole = blur(jpegOf(8, 8, () => 1))
    await expect(broken).rejects.toThrow()
    expect(decode(await whole).width).toBe(8)
  })

  it('gives up one that takes too long', async () => {
    await expect(blurrer(0)(jpegOf(1600, 1200, () => 1))).rejects.toThrow('too long')
  })
})
