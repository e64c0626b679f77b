import { encode } from 'jpeg-js'
import { decodePicture } from './decode-picture.ts'
import type { Pixels } from './decode-picture.ts'

/** Fields of the picture across its longer side that keep a colour of their own: where cars stand is seen, no face and no plate. */
const FIELDS = 64
/** The longer side of the answer. */
const SIDE_PX = 640
const QUALITY = 70
/** What shows through a picture that does not cover it. */
const BEHIND = 255

/** Means of the fields, three bytes each, row by row. */
interface Fields {
  readonly across: number
  readonly down: number
  readonly colours: Float64Array
}

/**
 * The picture as coarse fields of colour, blended: a JPEG. What is left out cannot be brought back: only the means of the fields are
 * kept, and nothing of the file but its pixels (no place, no time, no preview).
 * @throws {Error} for what is no JPEG or PNG, or too large a one
 */
export function blurPicture(bytes: Buffer): Buffer {
  const picture = decodePicture(bytes)
  const { width, height } = picture
  const fields = meansOf(picture)
  const scale = Math.min(1, SIDE_PX / Math.max(width, height))
  const to = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  }
  return encode({ ...to, data: blended(fields, to.width, to.height) }, QUALITY).data
}

function meansOf({ width, height, data, channels }: Pixels): Fields {
  const scale = Math.min(1, FIELDS / Math.max(width, height))
  const across = Math.max(1, Math.floor(width * scale))
  const down = Math.max(1, Math.floor(height * scale))
  const colours = new Float64Array(across * down * 3)
  const pixels = new Uint32Array(across * down)
  for (let y = 0, at = 0; y < height; y++) {
    const row = Math.floor((y * down) / height) * across
    for (let x = 0; x < width; x++, at += channels) {
      const cover = channels === 4 ? (data[at + 3] ?? 0) / 255 : 1
      const field = row + Math.floor((x * across) / width)
      pixels[field] = (pixels[field] ?? 0) + 1
      for (let c = 0; c < 3; c++) {
        const colour = cover * (data[at + c] ?? 0) + (1 - cover) * BEHIND
        colours[field * 3 + c] = (colours[field * 3 + c] ?? 0) + colour
      }
    }
  }
  for (let i = 0; i < colours.length; i++) colours[i] = (colours[i] ?? 0) / (pixels[Math.floor(i / 3)] ?? 1)
  return { across, down, colours }
}

/** RGBA, each pixel a blend of the four fields around it. */
function blended({ across, down, colours }: Fields, width: number, height: number): Buffer {
  const rgba = Buffer.alloc(width * height * 4, 255)
  for (let y = 0, at = 0; y < height; y++) {
    const [top, bottom, v] = between(((y + 0.5) * down) / height - 0.5, down)
    for (let x = 0; x < width; x++, at += 4) {
      const [left, right, u] = between(((x + 0.5) * across) / width - 0.5, across)
      for (let c = 0; c < 3; c++) {
        const colour = (row: number, column: number) => colours[(row * across + column) * 3 + c] ?? 0
        const upper = colour(top, left) * (1 - u) + colour(top, right) * u
        const lower = colour(bottom, left) * (1 - u) + colour(bottom, right) * u
        rgba[at + c] = Math.round(upper * (1 - v) + lower * v)
      }
    }
  }
  return rgba
}

/** The two fields beside a place, and how far it is towards the second. */
function between(place: number, count: number): [number, number, number] {
  const inside = Math.min(Math.max(place, 0), count - 1)
  const first = Math.floor(inside)
  return [first, Math.min(first + 1, count - 1), inside - first]
}
