import type { Theme } from '../ramp.ts'

/** What falls, or hangs, over an area of the map: told apart by the pattern. */
export const FALLS = ['rain-1', 'rain-2', 'rain-3', 'snow', 'fog'] as const
export type Fall = (typeof FALLS)[number]

/** Tiles repeat each so many px; drawn at twice the size. */
export const FALL_SIDE = 32
const RATIO = 2
const INK: Record<Theme, string> = { dark: 'rgba(124,188,255,0.42)', light: 'rgba(10,92,187,0.36)' }
/** Upper ends of the strokes of rain; the heavier, the more of them are drawn, and the longer they are. */
const DROPS = [
  [8, 4],
  [24, 20],
  [24, 4],
  [8, 20],
  [16, 12],
  [0, 12],
  [16, 28],
  [0, 28],
] as const
const DROP_COUNT = { 'rain-1': 2, 'rain-2': 4, 'rain-3': 8 }

/** The tile of a pattern. */
export function drawFall(fall: Fall, theme: Theme): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = FALL_SIDE * RATIO
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('This browser gives no 2D canvas')
  context.scale(RATIO, RATIO)
  context.lineCap = 'round'
  context.lineWidth = 1.4
  context.strokeStyle = context.fillStyle = INK[theme]
  if (fall === 'snow') snow(context)
  else if (fall === 'fog') fog(context)
  else rain(context, DROP_COUNT[fall], fall === 'rain-1' ? 5 : 8)
  return context.getImageData(0, 0, canvas.width, canvas.height)
}

export const FALL_PIXEL_RATIO = RATIO

function rain(context: CanvasRenderingContext2D, drops: number, length: number): void {
  for (const [x, y] of DROPS.slice(0, drops)) {
    context.beginPath()
    context.moveTo(x, y)
    context.lineTo(x - length * 0.4, y + length)
    context.stroke()
  }
}

function snow(context: CanvasRenderingContext2D): void {
  for (const [x, y] of DROPS.slice(0, 5)) {
    context.beginPath()
    context.arc(x, y, 1.6, 0, Math.PI * 2)
    context.fill()
  }
}

function fog(context: CanvasRenderingContext2D): void {
  for (const [x, y] of [
    [4, 8],
    [18, 16],
    [2, 24],
  ] as const) {
    context.beginPath()
    context.moveTo(x, y)
    context.lineTo(x + 12, y)
    context.stroke()
  }
}
