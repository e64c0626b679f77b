import { ICON_PIXEL_RATIO } from '../marks/icons.ts'
import type { Theme } from '../ramp.ts'
import { GLYPHS, type Glyph } from './glyphs.ts'
import { OUTLINES, type SignImage } from './sign-shape.ts'

interface Colours {
  readonly fill: string
  readonly ink: string
  readonly line: string
}

const PANEL: Record<Theme, string> = { dark: '#10151c', light: '#ffffff' }
const RIM: Record<Theme, string> = { dark: '#0b0e13', light: '#ffffff' }
/** As in sign.css. */
const COLOURS: Record<Theme, Record<SignImage['shape'], Colours>> = {
  dark: {
    pin: { fill: '#e8edf4', ink: '#10151c', line: '#e8edf4' },
    triangle: { fill: '#f2b33d', ink: '#221800', line: '#f0be5c' },
    plate: { fill: '#10151c', ink: '#e8edf4', line: '#5c6978' },
    label: { fill: '#10151c', ink: '#e8edf4', line: '#5c6978' },
  },
  light: {
    pin: { fill: '#131a24', ink: '#ffffff', line: '#131a24' },
    triangle: { fill: '#f2b33d', ink: '#221800', line: '#7d5200' },
    plate: { fill: '#ffffff', ink: '#131a24', line: '#7a8696' },
    label: { fill: '#ffffff', ink: '#131a24', line: '#7a8696' },
  },
}
/** Side of a sign's image, px on the map; the largest shape and its rim fit. */
const SIDE = 40
const LABEL_HEIGHT = 20
const LABEL_FONT = '600 11.5px "Inter Variable", sans-serif'

/** The image of a sign; a label is as wide as its text. */
export function drawSign(sign: SignImage, theme: Theme): ImageData {
  const { fill, ink, line } = COLOURS[theme][sign.shape]
  const planned = sign.look === 'planned'
  const colours = { fill: planned ? PANEL[theme] : fill, ink: planned ? line : ink, line }
  return sign.shape === 'label'
    ? drawLabel(sign.glyph, sign.text ?? '', colours, theme)
    : drawShape(sign.shape, sign.glyph, planned, colours, theme)
}

function drawShape(
  shape: keyof typeof OUTLINES,
  glyph: Glyph,
  planned: boolean,
  { fill, ink, line }: Colours,
  theme: Theme,
): ImageData {
  const context = canvasOf(SIDE, SIDE)
  context.translate(SIDE / 2, SIDE / 2)
  const { path, glyphY, glyphPx } = OUTLINES[shape]
  const outline = new Path2D(path)
  context.lineJoin = 'round'
  context.lineWidth = 5
  context.strokeStyle = RIM[theme]
  context.stroke(outline)
  context.fillStyle = fill
  context.fill(outline)
  context.lineWidth = 1.75
  context.strokeStyle = line
  if (planned) context.setLineDash([4, 2.5])
  context.stroke(outline)
  context.setLineDash([])
  drawGlyph(context, glyph, [0, glyphY], glyphPx, ink)
  return pixelsOf(context)
}

function drawLabel(glyph: Glyph, text: string, { fill, ink, line }: Colours, theme: Theme): ImageData {
  const probe = canvasOf(1, 1)
  probe.font = LABEL_FONT
  const textPx = text === '' ? 0 : Math.ceil(probe.measureText(text).width) + 3
  const width = 21 + textPx
  const context = canvasOf(width + 8, LABEL_HEIGHT + 8)
  context.translate(4, 4)
  const plate = new Path2D()
  plate.roundRect(0, 0, width, LABEL_HEIGHT, 10)
  context.lineWidth = 4
  context.strokeStyle = RIM[theme]
  context.stroke(plate)
  context.fillStyle = fill
  context.fill(plate)
  context.lineWidth = 1
  context.strokeStyle = line
  context.stroke(plate)
  drawGlyph(context, glyph, [10.5, LABEL_HEIGHT / 2], 14, ink)
  context.font = LABEL_FONT
  context.fillStyle = ink
  context.textBaseline = 'middle'
  context.fillText(text, 19, LABEL_HEIGHT / 2 + 0.5)
  return pixelsOf(context)
}

function drawGlyph(
  context: CanvasRenderingContext2D,
  glyph: Glyph,
  [x, y]: readonly [number, number],
  sizePx: number,
  ink: string,
): void {
  context.save()
  context.translate(x, y)
  context.scale(sizePx / 24, sizePx / 24)
  context.translate(-12, -12)
  context.lineWidth = 2.2
  context.lineCap = context.lineJoin = 'round'
  context.strokeStyle = ink
  for (const path of GLYPHS[glyph]) context.stroke(new Path2D(path))
  context.restore()
}

function canvasOf(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas')
  canvas.width = width * ICON_PIXEL_RATIO
  canvas.height = height * ICON_PIXEL_RATIO
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('This browser gives no 2D canvas')
  context.scale(ICON_PIXEL_RATIO, ICON_PIXEL_RATIO)
  return context
}

function pixelsOf(context: CanvasRenderingContext2D): ImageData {
  return context.getImageData(0, 0, context.canvas.width, context.canvas.height)
}
