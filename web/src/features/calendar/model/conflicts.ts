import { apartM } from './geometry.ts'
import type { Happening } from './happening.ts'

/** Two that get in each other's way: at one time, and near each other. */
export interface Conflict {
  readonly a: Happening
  readonly b: Happening
  readonly fromMs: number
  readonly toMs: number
  readonly apartM: number
  /** Why it matters, in words. */
  readonly why: string
}

/** Near each other, as gold.conflicts has it. */
const NEAR_M = 150
/** Degrees of latitude within which anything can be near; a quick look before the exact one. */
const NEAR_DEGREES = 0.01
/** People whose coming and going fills streets; smaller ones do not collide. */
const CROWD = 1_000

/**
 * Conflicts among what is neither called off nor for the whole city, by time. Events collide with works that take lanes and
 * with each other's crowds; works with other works, but not with the other side of the same works.
 */
export function conflictsOf(happenings: readonly Happening[]): Conflict[] {
  const placed = happenings
    .filter(
      ({ status, cityWide, twin, paths }) =>
        status !== 'cancelled' && status !== 'completed' && !cityWide && !twin && paths.length > 0,
    )
    .map(happening => ({ happening, box: boxOf(happening) }))
    .sort((a, b) => beginOf(a.happening) - beginOf(b.happening))
  const found: Conflict[] = []
  let running: typeof placed = []
  for (const next of placed) {
    running = running.filter(({ happening }) => happening.endMs > beginOf(next.happening))
    for (const before of running) {
      if (!boxesMeet(before.box, next.box)) continue
      const conflict = conflictOf(before.happening, next.happening)
      if (conflict !== null) found.push(conflict)
    }
    running.push(next)
  }
  return found.sort((a, b) => a.fromMs - b.fromMs)
}

/** People come when the doors open. */
function beginOf({ startMs, doorsMs }: Happening): number {
  return Math.min(startMs, doorsMs ?? startMs)
}

function conflictOf(a: Happening, b: Happening): Conflict | null {
  const why = whyOf(a, b)
  if (why === null) return null
  const distance = apartM(a.paths, b.paths)
  if (distance >= NEAR_M) return null
  return {
    a,
    b,
    fromMs: Math.max(beginOf(a), beginOf(b)),
    toMs: Math.min(a.endMs, b.endMs),
    apartM: distance,
    why,
  }
}

/** Why the two would collide if they were near; null where they would not. */
function whyOf(a: Happening, b: Happening): string | null {
  if (a.kind === 'zone' && b.kind === 'zone') {
    if (sameWorks(a, b)) return null
    if (a.type === 'detour' && b.type === 'detour') return null
    if (a.type === 'detour' || b.type === 'detour')
      return a.restricts || b.restricts ? 'a detour leads through works' : null
    return a.restricts && b.restricts ? 'works beside works' : null
  }
  if (a.kind === 'event' && b.kind === 'event') {
    if (a.restricts && b.restricts) return 'both close roads'
    return crowdOf(a) && crowdOf(b) ? 'two crowds at one time' : null
  }
  const zone = a.kind === 'zone' ? a : b
  const event = a.kind === 'event' ? a : b
  if (!zone.restricts && zone.type !== 'detour') return null
  if (zone.type === 'detour') return event.restricts ? 'a detour leads through closed roads' : null
  return 'lanes are taken where people come'
}

function crowdOf({ event }: Happening): boolean {
  return (event?.expected_attendance ?? 0) >= CROWD
}

/** WZDx gives each direction of a road as a zone of its own. */
function sameWorks(a: Happening, b: Happening): boolean {
  const roads = (happening: Happening) => [...(happening.zone?.road_names ?? [])].sort().join('|')
  const same = a.startMs === b.startMs && a.endMs === b.endMs && roads(a) === roads(b)
  return same || namesOther(a, b) || namesOther(b, a)
}

function namesOther(a: Happening, b: Happening): boolean {
  return JSON.stringify(a.zone?.related ?? '').includes(JSON.stringify(b.id))
}

type Box = readonly [west: number, south: number, east: number, north: number]

function boxOf({ paths }: Happening): Box {
  const points = paths.flat()
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)]
  return [least(xs), least(ys), -least(xs.map(x => -x)), -least(ys.map(y => -y))]
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity)
}

function boxesMeet(a: Box, b: Box): boolean {
  return (
    a[0] - NEAR_DEGREES <= b[2] &&
    b[0] - NEAR_DEGREES <= a[2] &&
    a[1] - NEAR_DEGREES <= b[3] &&
    b[1] - NEAR_DEGREES <= a[3]
  )
}
