/** Where the picture's two roads lie, in pixels. */
export const SCENE = {
  width: 480,
  height: 270,
  /** Of the caption under the picture. */
  captionHeight: 24,
  lane: 13,
  lanes: 4,
} as const

const ROAD = SCENE.lane * SCENE.lanes
const MIDDLE_X = SCENE.width / 2
const MIDDLE_Y = (SCENE.height - SCENE.captionHeight) / 2
/** The crossing, and the space before it that is kept free for people. */
export const CROSSING = {
  left: MIDDLE_X - ROAD / 2,
  right: MIDDLE_X + ROAD / 2,
  top: MIDDLE_Y - ROAD / 2,
  bottom: MIDDLE_Y + ROAD / 2,
  walk: 12,
} as const

export type VehicleKind = 'car' | 'truck' | 'motorcycle' | 'bus'

export interface Placed {
  readonly kind: VehicleKind
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** Where its front is. */
  readonly heading: 'east' | 'west' | 'north' | 'south'
  readonly paint: number
}

const LENGTH: Readonly<Record<VehicleKind, number>> = { bus: 30, truck: 25, car: 15, motorcycle: 8 }
const WIDTH: Readonly<Record<VehicleKind, number>> = { bus: 9, truck: 9, car: 7, motorcycle: 4 }
const GAP = 4

/** A stretch of one lane, filled from its front backwards. */
interface Stretch {
  readonly heading: Placed['heading']
  /** Of its front, along the heading. */
  readonly front: number
  readonly length: number
  /** The lane's middle, across. */
  readonly across: number
  /** Vehicles wait at the crossing here; on the others they have passed it. */
  readonly queue: boolean
  filled: number
}

/**
 * As many vehicles as were counted, as far as there is room (about a hundred cars): those that stand still wait before the
 * crossing, the others are spread over the lanes. Large ones are placed first, while there is room for them.
 * @param draw random numbers 0–1 by what they decide
 */
export function placeVehicles(
  counts: Readonly<Record<VehicleKind, number>>,
  stopped: number,
  draw: (what: number) => number,
): Placed[] {
  const stretches = stretchesOf()
  const vehicles = (['bus', 'truck', 'car', 'motorcycle'] as const).flatMap(kind =>
    new Array<VehicleKind>(counts[kind]).fill(kind),
  )
  const spread = Math.max(0, 1 - vehicles.length / 50)
  return vehicles.flatMap((kind, i) => {
    // Every n-th stands, so that all kinds do.
    const stands =
      Math.floor(((i + 1) * stopped) / vehicles.length) > Math.floor((i * stopped) / vehicles.length)
    const stretch = freeStretch(stretches, LENGTH[kind], stands, draw(i * 4))
    if (stretch === undefined) return []
    const slack = stands ? 0 : Math.floor(spread * draw(i * 4 + 1) * 60)
    const room = stretch.length - stretch.filled - LENGTH[kind]
    stretch.filled += Math.min(slack, Math.max(0, room))
    const placed = placeIn(stretch, kind, Math.floor(draw(i * 4 + 2) * 5))
    stretch.filled += LENGTH[kind] + GAP
    return [placed]
  })
}

function freeStretch(
  stretches: readonly Stretch[],
  length: number,
  stands: boolean,
  draw: number,
): Stretch | undefined {
  const free = stretches.filter(stretch => stretch.length - stretch.filled >= length)
  const wanted = free.filter(stretch => stretch.queue === stands)
  const among = wanted.length > 0 ? wanted : free
  return among[Math.floor(draw * among.length)]
}

function placeIn({ heading, front, filled, across }: Stretch, kind: VehicleKind, paint: number): Placed {
  const [length, width] = [LENGTH[kind], WIDTH[kind]]
  const side = Math.round(across - width / 2)
  const common = { kind, heading, paint }
  switch (heading) {
    case 'east':
      return { ...common, x: front - filled - length, y: side, width: length, height: width }
    case 'west':
      return { ...common, x: front + filled, y: side, width: length, height: width }
    case 'south':
      return { ...common, x: side, y: front - filled - length, width, height: length }
    case 'north':
      return { ...common, x: side, y: front + filled, width, height: length }
  }
}

/** People drive on the right. */
function stretchesOf(): Stretch[] {
  const { left, right, top, bottom, walk } = CROSSING
  const bottomEdge = SCENE.height - SCENE.captionHeight
  return [0, 1].flatMap((lane): Stretch[] => {
    const off = SCENE.lane * (lane + 0.5)
    const made = (
      heading: Placed['heading'],
      queue: boolean,
      front: number,
      length: number,
      across: number,
    ) => ({
      heading,
      queue,
      front,
      length,
      across,
      filled: 0,
    })
    return [
      made('east', true, left - walk, left - walk, MIDDLE_Y + off),
      made('east', false, SCENE.width, SCENE.width - right - walk, MIDDLE_Y + off),
      made('west', true, right + walk, SCENE.width - right - walk, MIDDLE_Y - off),
      made('west', false, 0, left - walk, MIDDLE_Y - off),
      made('south', true, top - walk, top - walk, MIDDLE_X - off),
      made('south', false, bottomEdge, bottomEdge - bottom - walk, MIDDLE_X - off),
      made('north', true, bottom + walk, bottomEdge - bottom - walk, MIDDLE_X + off),
      made('north', false, 0, top - walk, MIDDLE_X + off),
    ]
  })
}
