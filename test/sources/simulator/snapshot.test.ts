import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { snapshotsOf } from '../../../src/sources/simulator/snapshot/index.ts'
import { worldOf } from '../../../src/sources/simulator/streams/index.ts'
import { offset, simulation } from './fixture.ts'

const { city, model } = simulation()
const world = worldOf(city, model, offset)
const camera = world.cameras.cameras[12]!
const PEAK = Date.parse('2026-06-16T21:30:00Z')
const NIGHT = Date.parse('2026-06-17T04:30:00Z')
const draw = () => snapshotsOf(world, model)

/** Checksum of PNG, bit by bit (ISO/IEC 15948, annex D). */
function crc(bytes: Uint8Array): number {
  let sum = 0xffff_ffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb8_8320 : sum >>> 1
  }
  return (sum ^ 0xffff_ffff) >>> 0
}

function decode(png: Buffer) {
  expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10])
  const chunks: { type: string; data: Buffer }[] = []
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at)
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc(png.subarray(at + 4, at + 8 + length)))
    chunks.push({
      type: png.toString('latin1', at + 4, at + 8),
      data: png.subarray(at + 8, at + 8 + length),
    })
    at += 12 + length
  }
  expect(chunks.map(chunk => chunk.type)).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND'])
  const [header, palette, image] = chunks.map(chunk => chunk.data)
  const [width, height] = [header!.readUInt32BE(0), header!.readUInt32BE(4)]
  expect([...header!.subarray(8)]).toEqual([8, 3, 0, 0, 0])
  const rows = inflateSync(image!)
  expect(rows).toHaveLength((width + 1) * height)
  const pixels: number[] = []
  for (let y = 0; y < height; y++) {
    expect(rows[y * (width + 1)]).toBe(0)
    pixels.push(...rows.subarray(y * (width + 1) + 1, (y + 1) * (width + 1)))
  }
  expect(pixels.reduce((most, pixel) => Math.max(most, pixel), 0)).toBeLessThan(palette!.length / 3)
  return { width, height, pixels, palette: palette! }
}

const brightness = (png: Buffer) => {
  const { pixels, palette } = decode(png)
  return pixels.reduce((sum, pixel) => sum + (palette[3 * pixel] ?? 0), 0) / pixels.length
}

describe('snapshotsOf', () => {
  it('draws a small PNG that a decoder takes', () => {
    const { type, bytes } = draw()(camera.id, PEAK)
    expect(type).toBe('image/png')
    expect(bytes.length).toBeLessThan(60_000)
    expect(decode(bytes)).toMatchObject({ width: 480, height: 270 })
  })

  it('gives the same picture for a minute, run after run, and another for the next', () => {
    const snapshot = draw()
    const first = snapshot(camera.id, PEAK)
    expect(snapshot(camera.id, PEAK + 59_999)).toBe(first)
    expect(draw()(camera.id, PEAK + 30_000).bytes).toEqual(first.bytes)
    expect(snapshot(camera.id, PEAK + 60_000).bytes).not.toEqual(first.bytes)
    expect(snapshot(world.cameras.cameras[13]!.id, PEAK).bytes).not.toEqual(first.bytes)
  })

  it('is dark at night and grey in heavy rain', () => {
    const snapshot = draw()
    expect(brightness(snapshot(camera.id, NIGHT).bytes)).toBeLessThan(
      0.5 * brightness(snapshot(camera.id, PEAK).bytes),
    )
    const noon = Array.from({ length: 400 }, (_, i) => Date.parse('2026-06-01T16:00:00Z') + i * 86_400_000)
    const stormy = noon.find(atMs => world.kindAt(atMs) === 3)!
    const dry = noon.find(atMs => world.kindAt(atMs) === 0)!
    const paletteAt = (atMs: number) => [...decode(snapshot(camera.id, atMs).bytes).palette]
    expect(paletteAt(stormy)).not.toEqual(paletteAt(dry))
  })

  it('keeps no more than a few pictures', () => {
    const snapshot = draw()
    const first = snapshot(camera.id, PEAK)
    for (let i = 1; i <= 70; i++) snapshot(camera.id, PEAK + i * 60_000)
    const again = snapshot(camera.id, PEAK)
    expect(again).not.toBe(first)
    expect(again.bytes).toEqual(first.bytes)
  })

  it('says that a camera is none of this city’s', () => {
    for (const id of ['CAM-9999', '', '__proto__', '<svg>'])
      expect(decode(draw()(id, PEAK).bytes).width).toBe(480)
  })
})
