/** Pixels of the map's picture. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** A sign as it would stand: its place, where its middle lies beside it, and how much room it takes. */
export interface StandingSign {
  readonly at: Point
  readonly offset: Point
  readonly halfWidth: number
  readonly halfHeight: number
}

/** How far a sign steps aside, px, the nearest first, and in how many directions it looks. */
const STEPS_PX = [4, 8, 12, 16, 20, 24] as const
const DIRECTIONS = 16
/** As wide as the widest sign and a mark may reach, so that only neighbouring cells are looked at. */
const CELL_PX = 96
/** A pixel aside counts so much of a mark that is covered whole. */
const PER_PX = 0.004
/** Signs may lie on each other sooner than on a mark. */
const ON_SIGN = 0.6

interface Taken {
  readonly x: number
  readonly y: number
  readonly halfWidth: number
  readonly halfHeight: number
  readonly weight: number
}

/**
 * Where signs stand so that they cover as little as can be of the sites' marks, and then of each other: each where it would, else a
 * few pixels aside. The first of the list chooses first.
 * @returns their offsets, px, in the order given
 */
export function placeSigns(
  signs: readonly StandingSign[],
  marks: readonly Point[],
  markRadiusPx: number,
): Point[] {
  const taken = new Map<string, Taken[]>()
  // A circle, as the square that holds most of it.
  const half = markRadiusPx * 0.85
  for (const { x, y } of marks) take(taken, { x, y, halfWidth: half, halfHeight: half, weight: 1 })
  return signs.map(sign => {
    const offset = bestOf(sign, taken)
    take(taken, { ...boxOf(sign, offset), weight: ON_SIGN })
    return offset
  })
}

function bestOf(sign: StandingSign, taken: ReadonlyMap<string, readonly Taken[]>): Point {
  let best = { offset: sign.offset, cost: costOf(sign, sign.offset, taken) }
  for (const step of STEPS_PX) {
    // Nothing farther away is better.
    if (best.cost <= step * PER_PX) break
    for (let i = 0; i < DIRECTIONS; i++) {
      const angle = (2 * Math.PI * i) / DIRECTIONS
      const offset = {
        x: sign.offset.x + step * Math.cos(angle),
        y: sign.offset.y + step * Math.sin(angle),
      }
      const cost = costOf(sign, offset, taken) + step * PER_PX
      if (cost < best.cost) best = { offset, cost }
    }
  }
  return best.offset
}

function costOf(sign: StandingSign, offset: Point, taken: ReadonlyMap<string, readonly Taken[]>): number {
  const own = boxOf(sign, offset)
  let cost = 0
  for (const key of cellsAround(own))
    for (const other of taken.get(key) ?? []) cost += other.weight * coveredShare(own, other)
  return cost
}

type Box = Omit<Taken, 'weight'>

function boxOf({ at, halfWidth, halfHeight }: StandingSign, offset: Point): Box {
  return { x: at.x + offset.x, y: at.y + offset.y, halfWidth, halfHeight }
}

/** Of the other's area, 0–1. */
function coveredShare(own: Box, other: Box): number {
  const wide = overlap(own.x, own.halfWidth, other.x, other.halfWidth)
  const high = overlap(own.y, own.halfHeight, other.y, other.halfHeight)
  return (wide * high) / (4 * other.halfWidth * other.halfHeight)
}

function overlap(a: number, halfA: number, b: number, halfB: number): number {
  return Math.max(0, Math.min(a + halfA, b + halfB) - Math.max(a - halfA, b - halfB))
}

function take(taken: Map<string, Taken[]>, box: Taken): void {
  const key = cellKey(Math.floor(box.x / CELL_PX), Math.floor(box.y / CELL_PX))
  const cell = taken.get(key)
  if (cell === undefined) taken.set(key, [box])
  else cell.push(box)
}

function* cellsAround({ x, y }: Point): Generator<string> {
  const [column, row] = [Math.floor(x / CELL_PX), Math.floor(y / CELL_PX)]
  for (let dx = -1; dx <= 1; dx++) for (let dy = -1; dy <= 1; dy++) yield cellKey(column + dx, row + dy)
}

function cellKey(column: number, row: number): string {
  return `${column} ${row}`
}
