import type { Family } from '../model/words.ts'

/** Outlines in a square of 20, for the map and for its legend alike. */
export const SHAPES: Readonly<Record<Family, string>> = {
  person: 'M10 1.5 18.5 17H1.5Z',
  collision: 'M10 1.5 18.5 10 10 18.5 1.5 10Z',
  stalled: 'M3 3H17V17H3Z',
  road: 'M10 3A7 7 0 1 1 9.99 3Z',
}

const PIXEL_RATIO = 2
const SIZE = 20

/** A sign as the map wants it. */
export function drawSign(
  family: Family,
  colour: string,
  edge: string,
): { readonly image: ImageData; readonly pixelRatio: number } {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = SIZE * PIXEL_RATIO
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('This browser draws no pictures')
  context.scale(PIXEL_RATIO, PIXEL_RATIO)
  const path = new Path2D(SHAPES[family])
  context.fillStyle = colour
  context.strokeStyle = edge
  context.lineWidth = 1.5
  context.fill(path)
  context.stroke(path)
  return { image: context.getImageData(0, 0, canvas.width, canvas.height), pixelRatio: PIXEL_RATIO }
}
