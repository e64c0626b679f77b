import { Canvas, LINE_HEIGHT } from './canvas.ts'
import type { Light } from './light.ts'
import { CAR_PAINTS, COLOUR, paletteIn } from './light.ts'
import type { Indexed } from './png.ts'
import type { Placed, VehicleKind } from './vehicles.ts'
import { CROSSING, placeVehicles, SCENE } from './vehicles.ts'

export interface Scene {
  readonly light: Light
  readonly snows: boolean
  readonly counts: Readonly<Record<VehicleKind | 'bicycle' | 'pedestrian', number>>
  readonly stopped: number
  /** Which streets have green: those from west to east, or those from south to north. */
  readonly streetGreen: boolean
  /** Lines under the picture. */
  readonly captions: readonly string[]
  /** Random numbers 0–1 by what they decide; the same give the same picture. */
  readonly draw: (what: number) => number
  /** The same for the place, whatever the minute. */
  readonly drawPlace: (what: number) => number
}

/** More would hide each other. */
const MOST_PEOPLE = 40
const BLOCK_MARGIN = 8
const PICTURE_HEIGHT = SCENE.height - SCENE.captionHeight

/** A crossing from above, in its light, with as many vehicles and people as were counted. */
export function drawScene(scene: Scene): Indexed {
  const canvas = new Canvas(SCENE.width, SCENE.height, COLOUR.ground)
  blocks(canvas, scene.drawPlace)
  roads(canvas)
  for (const vehicle of placeVehicles(scene.counts, scene.stopped, scene.draw))
    drawVehicle(canvas, vehicle, scene.light.day < 0.5)
  people(canvas, scene)
  signals(canvas, scene.streetGreen)
  if (scene.light.wet > 0) fall(canvas, scene)
  canvas.box(0, PICTURE_HEIGHT, SCENE.width, SCENE.captionHeight, COLOUR.caption)
  scene.captions.forEach((caption, i) =>
    canvas.text(4, PICTURE_HEIGHT + 3 + i * LINE_HEIGHT, caption, COLOUR.ink),
  )
  return { width: SCENE.width, height: SCENE.height, pixels: canvas.pixels, palette: paletteIn(scene.light) }
}

/** Houses, trees and lamps at the four corners. */
function blocks(canvas: Canvas, draw: (what: number) => number): void {
  const { left, right, top, bottom } = CROSSING
  const corners = [
    [0, 0, left, top],
    [right, 0, SCENE.width - right, top],
    [0, bottom, left, PICTURE_HEIGHT - bottom],
    [right, bottom, SCENE.width - right, PICTURE_HEIGHT - bottom],
  ] as const
  corners.forEach(([x, y, width, height], corner) => {
    canvas.box(x, y, width, height, COLOUR.pavement)
    canvas.box(
      x + BLOCK_MARGIN,
      y + BLOCK_MARGIN,
      width - 2 * BLOCK_MARGIN,
      height - 2 * BLOCK_MARGIN,
      COLOUR.ground,
    )
    for (let house = 0; house < 3; house++) {
      const draws = (what: number) => draw(corner * 32 + house * 8 + what)
      const [w, h] = [30 + Math.floor(30 * draws(0)), 26 + Math.floor((height - 50) * draws(1))]
      const hx = x + 14 + house * Math.floor((width - 24) / 3)
      const hy = y + 14 + Math.floor((height - 28 - h) * draws(2))
      canvas.box(hx, hy, w, h, COLOUR.roofEdge)
      canvas.box(hx + 2, hy + 2, w - 4, h - 4, COLOUR.roof)
      canvas.box(hx + 6, hy + 6, 4, 4, COLOUR.lamp)
    }
    for (let tree = 0; tree < 4; tree++)
      disc(
        canvas,
        x + 12 + Math.floor((width - 24) * draw(corner * 32 + 24 + tree)),
        y + 12 + Math.floor((height - 24) * draw(corner * 32 + 28 + tree)),
        5,
        COLOUR.tree,
      )
  })
}

function roads(canvas: Canvas): void {
  const { left, right, top, bottom, walk } = CROSSING
  canvas.box(0, top, SCENE.width, bottom - top, COLOUR.road)
  canvas.box(left, 0, right - left, PICTURE_HEIGHT, COLOUR.road)
  const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2]
  for (let x = 0; x < SCENE.width; x++) {
    if (x > left - walk && x < right + walk) continue
    canvas.dot(x, middleY, COLOUR.mark)
    if (x % 12 < 6) for (const off of [-SCENE.lane, SCENE.lane]) canvas.dot(x, middleY + off, COLOUR.mark)
  }
  for (let y = 0; y < PICTURE_HEIGHT; y++) {
    if (y > top - walk && y < bottom + walk) continue
    canvas.dot(middleX, y, COLOUR.mark)
    if (y % 12 < 6) for (const off of [-SCENE.lane, SCENE.lane]) canvas.dot(middleX + off, y, COLOUR.mark)
  }
  for (let i = 2; i < bottom - top - 2; i += 5) {
    for (const x of [left - 10, right + 2]) canvas.box(x, top + i, 8, 2, COLOUR.mark)
    for (const y of [top - 10, bottom + 2]) canvas.box(left + i, y, 2, 8, COLOUR.mark)
  }
}

function drawVehicle(
  canvas: Canvas,
  { kind, x, y, width, height, heading, paint }: Placed,
  lights: boolean,
): void {
  const along = width > height
  const body = {
    car: COLOUR.car + (paint % CAR_PAINTS),
    truck: COLOUR.truck,
    bus: COLOUR.bus,
    motorcycle: COLOUR.motorcycle,
  }[kind]
  canvas.box(x, y, width, height, body)
  if (kind === 'car' || kind === 'bus' || kind === 'truck') {
    const third = Math.floor((along ? width : height) / 3)
    const forward = heading === 'east' || heading === 'south'
    const at = forward ? (along ? width : height) - third - 1 : third - 1
    if (along) canvas.box(x + at, y + 1, 2, height - 2, COLOUR.glass)
    else canvas.box(x + 1, y + at, width - 2, 2, COLOUR.glass)
  }
  if (!lights) return
  const far = { east: [x + width - 1, y], west: [x, y], south: [x, y + height - 1], north: [x, y] } as const
  const near = { east: [x, y], west: [x + width - 1, y], south: [x, y], north: [x, y + height - 1] } as const
  const across = along ? height - 1 : width - 1
  for (const step of [0, across]) {
    const [fx, fy] = far[heading]
    const [nx, ny] = near[heading]
    canvas.dot(fx + (along ? 0 : step), fy + (along ? step : 0), COLOUR.headlight)
    canvas.dot(nx + (along ? 0 : step), ny + (along ? step : 0), COLOUR.tail)
  }
}

/** On the crossings and the pavements beside them. */
function people(canvas: Canvas, { counts, draw }: Scene): void {
  const { left, right, top, bottom } = CROSSING
  const spot = (i: number): [number, number] => {
    const share = draw(4000 + i * 2)
    const side = Math.floor(draw(4001 + i * 2) * 4)
    const [spanX, spanY] = [right - left + 80, bottom - top + 60]
    if (side === 0) return [left - 6, Math.floor(top - 30 + share * spanY)]
    if (side === 1) return [right + 5, Math.floor(top - 30 + share * spanY)]
    if (side === 2) return [Math.floor(left - 40 + share * spanX), top - 6]
    return [Math.floor(left - 40 + share * spanX), bottom + 5]
  }
  for (let i = 0; i < Math.min(MOST_PEOPLE, counts.pedestrian); i++) {
    const [x, y] = spot(i)
    canvas.box(x, y, 2, 2, COLOUR.person)
  }
  for (let i = 0; i < Math.min(MOST_PEOPLE, counts.bicycle); i++) {
    const [x, y] = spot(500 + i)
    canvas.box(x, y, 5, 1, COLOUR.bicycle)
    canvas.dot(x + 2, y - 1, COLOUR.person)
  }
}

function signals(canvas: Canvas, streetGreen: boolean): void {
  const { left, right, top, bottom } = CROSSING
  const street = streetGreen ? COLOUR.green : COLOUR.red
  const avenue = streetGreen ? COLOUR.red : COLOUR.green
  const heads = [
    [left - 15, bottom + 2, street],
    [right + 9, top - 8, street],
    [left - 8, top - 15, avenue],
    [right + 2, bottom + 9, avenue],
  ] as const
  for (const [x, y, colour] of heads) {
    canvas.box(x, y, 6, 6, COLOUR.off)
    canvas.box(x + 1, y + 1, 4, 4, colour)
  }
}

/** Rain in slanting strokes, snow in flakes. */
function fall(canvas: Canvas, { light, snows, draw }: Scene): void {
  const drops = Math.round(220 * light.wet)
  for (let i = 0; i < drops; i++) {
    const x = Math.floor(draw(8000 + i * 2) * SCENE.width)
    const y = Math.floor(draw(8001 + i * 2) * PICTURE_HEIGHT)
    if (snows) canvas.box(x, y, 2, 2, COLOUR.snow)
    else for (let step = 0; step < 6; step++) canvas.dot(x - Math.floor(step / 2), y + step, COLOUR.rain)
  }
}

function disc(canvas: Canvas, x: number, y: number, radius: number, colour: number): void {
  for (let dy = -radius; dy <= radius; dy++) {
    const half = Math.floor(Math.sqrt(radius * radius - dy * dy))
    canvas.box(x - half, y + dy, 2 * half + 1, 1, colour)
  }
}
