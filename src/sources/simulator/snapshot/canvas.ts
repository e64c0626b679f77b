import { GLYPH_HEIGHT, GLYPH_WIDTH, glyphOf } from './font.ts'

/** Pixels of palette indices, with what is drawn cut at the edges. */
export class Canvas {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array

  constructor(width: number, height: number, colour: number) {
    this.width = width
    this.height = height
    this.pixels = new Uint8Array(width * height).fill(colour)
  }

  dot(x: number, y: number, colour: number): void {
    if (x >= 0 && y >= 0 && x < this.width && y < this.height) this.pixels[y * this.width + x] = colour
  }

  box(x: number, y: number, width: number, height: number, colour: number): void {
    const left = Math.max(0, x)
    const right = Math.min(this.width, x + width)
    for (let row = Math.max(0, y); row < Math.min(this.height, y + height); row++)
      if (right > left) this.pixels.fill(colour, row * this.width + left, row * this.width + right)
  }

  /** Letters, digits and some marks, in capitals; what the font lacks is left blank. */
  text(x: number, y: number, text: string, colour: number): void {
    for (const letter of text.toUpperCase()) {
      glyphOf(letter).forEach((row, dy) => {
        for (let dx = 0; dx < GLYPH_WIDTH; dx++)
          if ((row >> (GLYPH_WIDTH - 1 - dx)) & 1) this.dot(x + dx, y + dy, colour)
      })
      x += GLYPH_WIDTH + 1
    }
  }
}

/** Pixels from the beginning of one line of text to that of the next. */
export const LINE_HEIGHT = GLYPH_HEIGHT + 3
