import { RADII, SHAPES, UNKNOWN_RADIUS } from './mark-shape.ts'
import { RAMP, RAMP_INK, UNKNOWN_COLOUR, type Theme } from '../ramp.ts'

/** Drawn at twice the size, so that they stay sharp on dense screens and when zoomed in. */
export const ICON_PIXEL_RATIO = 3
/** Side of an icon, px on the map; the largest mark and its rim fit. */
const SIDE = 36
/** Side of the ring's image: it goes around the largest mark. */
const RING_SIDE = 48
const RING: Record<Theme, string> = { dark: '#e9f2ff', light: '#0a3d7a' }
const RIM: Record<Theme, string> = { dark: '#0b0e13', light: '#ffffff' }
const EDGE: Record<Theme, string> = { dark: 'rgba(255,255,255,0.16)', light: 'rgba(16,24,38,0.42)' }

/** The image of one step's mark, with its letter; step null is the hollow ring of unknown. */
export function drawIcon(step: number | null, mark: string, theme: Theme): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = SIDE * ICON_PIXEL_RATIO
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('This browser gives no 2D canvas')
  context.scale(ICON_PIXEL_RATIO, ICON_PIXEL_RATIO)
  context.translate(SIDE / 2, SIDE / 2)
  if (step === null) drawUnknown(context, theme)
  else drawStep(context, step, mark, theme)
  return context.getImageData(0, 0, canvas.width, canvas.height)
}

/** The ring around the chosen site. */
export function drawRing(theme: Theme): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = RING_SIDE * ICON_PIXEL_RATIO
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('This browser gives no 2D canvas')
  context.scale(ICON_PIXEL_RATIO, ICON_PIXEL_RATIO)
  context.translate(RING_SIDE / 2, RING_SIDE / 2)
  context.beginPath()
  context.arc(0, 0, RING_SIDE / 2 - 2, 0, Math.PI * 2)
  context.fillStyle = RING[theme]
  context.globalAlpha = 0.14
  context.fill()
  context.globalAlpha = 1
  context.lineWidth = 2.2
  context.strokeStyle = RING[theme]
  context.stroke()
  return context.getImageData(0, 0, canvas.width, canvas.height)
}

function drawUnknown(context: CanvasRenderingContext2D, theme: Theme): void {
  context.beginPath()
  context.arc(0, 0, UNKNOWN_RADIUS, 0, Math.PI * 2)
  context.fillStyle = RIM[theme]
  context.fill()
  context.lineWidth = 2.2
  context.strokeStyle = UNKNOWN_COLOUR[theme]
  context.stroke()
}

function drawStep(context: CanvasRenderingContext2D, step: number, mark: string, theme: Theme): void {
  const radius = RADII[step] ?? 9
  outline(context, step, radius)
  context.lineJoin = 'round'
  context.lineWidth = 4
  context.strokeStyle = RIM[theme]
  context.stroke()
  context.fillStyle = RAMP[theme][step] ?? UNKNOWN_COLOUR[theme]
  context.fill()
  context.lineWidth = 1
  context.strokeStyle = EDGE[theme]
  context.stroke()

  context.fillStyle = RAMP_INK[theme][step] ?? '#ffffff'
  context.font = `700 ${mark.length > 1 ? 9 : 11}px "Inter Variable", sans-serif`
  context.textAlign = 'center'
  context.textBaseline = 'alphabetic'
  const { actualBoundingBoxAscent, actualBoundingBoxDescent } = context.measureText(mark)
  context.fillText(mark, 0, (actualBoundingBoxAscent - actualBoundingBoxDescent) / 2)
}

function outline(context: CanvasRenderingContext2D, step: number, radius: number): void {
  context.beginPath()
  switch (SHAPES[step]) {
    case 'square':
      context.roundRect(-radius, -radius, radius * 2, radius * 2, 2.5)
      break
    case 'diamond':
      context.moveTo(0, -radius)
      context.lineTo(radius, 0)
      context.lineTo(0, radius)
      context.lineTo(-radius, 0)
      context.closePath()
      break
    default:
      context.arc(0, 0, radius, 0, Math.PI * 2)
  }
}
