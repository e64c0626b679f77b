import type { Place } from './streets.ts'

/** Stations nearer than this measure the two directions of one road: the widest motorways with their median, m. */
const NEAR_M = 60
const METRE_PER_DEGREE = 111_320
/** Half of what two marks need between their middles, px at an icon's own size. */
const HALF_PX = 12
/** Directions nearer than this would still lie upon each other, degrees. */
const CLEAR_DEG = 60
/** More stations at a place than have directions: they stay where they are. */
const MOST = 6

/** Right and down, px at an icon's own size. */
export type Offset = readonly [number, number]

/**
 * Sets the stations of one place apart by their direction, so that none covers another at any zoom. Which side is a
 * station's own comes from its name ("I-405 N" stands right of the road as it drives), else from where it truly lies
 * beside the others, which is its carriageway. A place with one station is left out of the answer.
 */
export function apartOf(places: readonly Place[]): ReadonlyMap<string, Offset> {
  const offsets = new Map<string, Offset>()
  for (const group of groupsOf(places)) {
    if (group.length < 2 || group.length > MOST) continue
    const angles = spread(sides(group))
    const reach = HALF_PX / Math.sin(Math.PI / group.length)
    group.forEach(({ id }, i) => {
      const angle = ((angles[i] ?? 0) * Math.PI) / 180
      offsets.set(id, [round(reach * Math.cos(angle)), round(reach * Math.sin(angle))])
    })
  }
  return offsets
}

/** Places that are near each other, in order of their ids. Cells as wide as the distance keep it linear. */
function groupsOf(places: readonly Place[]): Place[][] {
  const cell = NEAR_M / METRE_PER_DEGREE
  const cells = Map.groupBy(places, ({ latitude, longitude }) => key(latitude / cell, longitude / cell))
  const taken = new Set<string>()
  const groups: Place[][] = []
  for (const place of [...places].sort((a, b) => a.id.localeCompare(b.id))) {
    if (taken.has(place.id)) continue
    const [row, column] = [Math.floor(place.latitude / cell), Math.floor(place.longitude / cell)]
    const group: Place[] = []
    // A degree of longitude is shorter than one of latitude, so a neighbour may lie two cells away.
    for (let dr = -1; dr <= 1; dr++)
      for (let dc = -2; dc <= 2; dc++)
        for (const other of cells.get(`${row + dr} ${column + dc}`) ?? [])
          if (!taken.has(other.id) && metres(place, other) < NEAR_M) group.push(other)
    for (const { id } of group) taken.add(id)
    groups.push(group.sort((a, b) => a.id.localeCompare(b.id)))
  }
  return groups
}

function key(row: number, column: number): string {
  return `${Math.floor(row)} ${Math.floor(column)}`
}

function metres(a: Place, b: Place): number {
  const east = (a.longitude - b.longitude) * Math.cos((a.latitude * Math.PI) / 180)
  return Math.hypot(east, a.latitude - b.latitude) * METRE_PER_DEGREE
}

/** Degrees, clockwise from the right, of each place's own side; null where neither name nor place tells. */
function sides(group: readonly Place[]): (number | null)[] {
  const named = group.map(place => sideOfName(place.name ?? place.id))
  if (named.every(side => side !== null) && new Set(named).size === named.length) return named
  const middle = {
    latitude: group.reduce((sum, place) => sum + place.latitude, 0) / group.length,
    longitude: group.reduce((sum, place) => sum + place.longitude, 0) / group.length,
  }
  return group.map(({ latitude, longitude }) => {
    const east = (longitude - middle.longitude) * Math.cos((latitude * Math.PI) / 180)
    const south = middle.latitude - latitude
    return Math.hypot(east, south) * METRE_PER_DEGREE < 1 ? null : (Math.atan2(south, east) * 180) / Math.PI
  })
}

/** Right of the way one drives: a northbound station stands in the east. */
const SIDE: Record<string, number> = { n: 0, e: 90, s: 180, w: 270 }

function sideOfName(name: string): number | null {
  const word = /(?:^|[\s_\-(])(north|south|east|west|[nsew])(?:b|bound)?(?=$|[\s_\-)])/gi
  const found = [...name.matchAll(word)].at(-1)?.[1]
  return found === undefined ? null : (SIDE[found.charAt(0).toLowerCase()] ?? null)
}

/** The sides as they are where they are clear of each other, else evenly around, in their order. */
function spread(angles: readonly (number | null)[]): number[] {
  const known = angles.map((angle, i) => angle ?? (360 * i) / angles.length)
  const order = known
    .map((angle, i) => ({ angle: ((angle % 360) + 360) % 360, i }))
    .sort((a, b) => a.angle - b.angle)
  const first = order[0]?.angle ?? 0
  const clear = order.every(({ angle }, k) => {
    const next = order[k + 1]?.angle ?? first + 360
    return next - angle >= Math.max(CLEAR_DEG, 360 / order.length - CLEAR_DEG)
  })
  if (clear && angles.every(angle => angle !== null)) return known
  const even = new Array<number>(angles.length).fill(0)
  order.forEach(({ i }, k) => {
    even[i] = first + (360 * k) / order.length
  })
  return even
}

function round(n: number): number {
  return Math.round(n * 10) / 10
}
