import { decode, encode } from 'jpeg-js'
import { describe, expect, it } from 'vitest'
import { blurJpeg } from '../../../src/serve/cameras/blur-jpeg.ts'
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

describe('blurJpeg', () => {
  it('keeps the large and loses the small', () => {
    // Left dark, right light; on the light half stripes of 3 px, as of a plate.
    const stripes = (x: number) => (x < 320 ? 20 : x % 6 < 3 ? 255 : 155)
    const blurred = blurJpeg(jpegOf(640, 480, stripes))
    expect(decode(blurred)).toMatchObject({ width: 640, height: 480 })
    expect(greyAt(blurred, 100, 200)).toBeLessThan(40)
    const right = Array.from({ length: 60 }, (_, i) => greyAt(blurred, 450 + i, 200))
    expect(Math.min(...right)).toBeGreaterThan(180)
    expect(Math.max(...right) - Math.min(...right)).toBeLessThan(40)
  })

  it('makes large pictures smaller, and takes the smallest', () => {
    expect(decode(blurJpeg(jpegOf(1920, 1080, () => 128)))).toMatchObject({ width: 640, height: 360 })
    expect(decode(blurJpeg(jpegOf(3, 1000, () => 128)))).toMatchObject({ width: 2, height: 640 })
    expect(decode(blurJpeg(jpegOf(1, 1, () => 128)))).toMatchObject({ width: 1, height: 1 })
  })

  it('keeps nothing of the file but its pixels', () => {
    const jpeg = jpegOf(64, 64, () => 128, ['taken at 51.05, -114.07'])
    expect(jpeg.toString('latin1')).toContain('51.05')
    expect(blurJpeg(jpeg).toString('latin1')).not.toContain('51.05')
  })

  it('refuses what is none, and what claims to be enormous', () => {
    expect(() => blurJpeg(Buffer.from('\xff\xd8\xffno', 'latin1'))).toThrow()
    const jpeg = jpegOf(8, 8, () => 1)
    const size = jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 5
    jpeg.writeUInt16BE(65_000, size)
    jpeg.writeUInt16BE(65_000, size + 2)
    expect(() => blurJpeg(jpeg)).toThrow()
  })
})

describe('blurrer', () => {
  it('blurs in a thread, one after the other', async () => {
    const blur = blurrer()
    const jpeg = jpegOf(64, 64, x => x * 4)
    const [one, two] = await Promise.all([blur(jpeg), blur(jpeg)])
    expect(one.equals(two)).toBe(true)
    expect(one.equals(blurJpeg(jpeg))).toBe(true)
  })

  it('goes on after one that is broken', async () => {
    const blur = blurrer()
    const broken = blur(Buffer.from('\xff\xd8\xff', 'latin1'))
    const whole = blur(jpegOf(8, 8, () => 1))
    await expect(broken).rejects.toThrow()
    expect(decode(await whole).width).toBe(8)
  })

  it('gives up one that takes too long', async () => {
    await expect(blurrer(0)(jpegOf(8, 8, () => 1))).rejects.toThrow('too long')
  })
})
