import { inflateSync } from 'node:zlib'
import { decode } from 'jpeg-js'
import { PNG } from 'pngjs'
import { pictureType } from './picture.ts'

/** No traffic camera has more; a small file can claim any size. */
const MAX_MEGAPIXELS = 24

/** Of one picture, row by row, eight bits a channel. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
  /** 3: red, green, blue; 4: and how much of it covers what is behind. */
  readonly channels: 3 | 4
}

/** @throws {Error} for what is no JPEG or PNG, is broken, or claims to be larger than any camera's picture */
export function decodePicture(bytes: Buffer): Pixels {
  const type = pictureType(bytes)
  if (type !== 'image/jpeg' && type !== 'image/png') throw new Error('the picture is no JPEG or PNG')
  const pixels = type === 'image/png' ? ofPng(bytes) : ofJpeg(bytes)
  if (pixels.width < 1 || pixels.height < 1) throw new Error('the picture has no size')
  return pixels
}

function ofJpeg(bytes: Buffer): Pixels {
  const { width, height, data } = decode(bytes, {
    ...{ useTArray: true, formatAsRGBA: false },
    ...{ maxResolutionInMP: MAX_MEGAPIXELS, maxMemoryUsageInMB: 512 },
  })
  return { width, height, data, channels: 3 }
}

function ofPng(bytes: Buffer): Pixels {
  refuseOversize(bytes)
  const { width, height, data } = PNG.sync.read(bytes)
  return { width, height, data, channels: 4 }
}

/** Channels by colour type: grey, red-green-blue, palette, grey and cover, red-green-blue and cover. */
const CHANNELS: Readonly<Partial<Record<number, number>>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
const SIGNATURE_BYTES = 8
const HEADER_BYTES = 13
/** Length and type before a chunk's data, its checksum behind. */
const CHUNK_BYTES = 12

/** What a PNG says of its size bounds what is unpacked: four megabytes of file may hold gigabytes. */
function refuseOversize(bytes: Buffer): void {
  const packed: Buffer[] = []
  let unpackedBytes = 0
  for (let at = SIGNATURE_BYTES; at + CHUNK_BYTES <= bytes.length;) {
    const length = bytes.readUInt32BE(at)
    const type = bytes.toString('latin1', at + 4, at + 8)
    const data = bytes.subarray(at + 8, at + 8 + length)
    if (type === 'IHDR' && data.length >= HEADER_BYTES) unpackedBytes = mostBytes(data)
    if (type === 'IDAT') packed.push(data)
    at += CHUNK_BYTES + length
  }
  if (unpackedBytes === 0) throw new Error('the PNG does not say how large it is')
  inflateSync(Buffer.concat(packed), { maxOutputLength: unpackedBytes })
}

/** Rows and the byte that begins each; those of an interlaced picture are more and shorter, so twice that. */
function mostBytes(header: Buffer): number {
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const channels = CHANNELS[header[9] ?? NaN]
  if (channels === undefined) throw new Error('the PNG has no colours')
  if (width * height > MAX_MEGAPIXELS * 1e6) throw new Error('the picture is too large')
  return 2 * height * (1 + Math.ceil((width * channels * (header[8] ?? 0)) / 8)) + 1
}
