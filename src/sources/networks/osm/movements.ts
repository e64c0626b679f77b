import type { Movement, Turn } from '../../../core/traffic/network.ts'
import type { Restriction } from './extract.ts'
import type { Junctions } from './junctions.ts'
import type { Segment } from './segments.ts'

/** Up to so far from straight ahead one goes on, and from so far back; degrees. */
const THROUGH_DEG = 40
const BACK_DEG = 165

/** By what `links` are: the movements out of each, across whole junctions. */
export function movementsOf(
  links: readonly Segment[],
  inner: readonly Segment[],
  restrictions: readonly Restriction[],
  junctions: Junctions,
): Movement[] {
  const out = new Map<number, Segment[]>()
  for (const segment of [...links, ...inner])
    out.set(segment.from, [...(out.get(segment.from) ?? []), segment])
  const index = new Map(links.map((segment, i) => [segment, i]))
  const mayTurn = turnsAllowed(restrictions)
  return links.flatMap((link, from) => {
    const onward = waysOut(link, out, index, mayTurn)
    const turns = onward.map((to): { to: Segment; turn: Turn } => ({
      to,
      turn: turnOf(link, to, onward.length),
    }))
    const forward = turns.filter(({ turn }) => turn !== 'uturn')
    const all = new Set(forward.map(({ turn }) => turn))
    const isSignalled = junctions.hasSignal(junctions.of(link.to))
    return forward.map(({ to, turn }) => ({
      from,
      to: index.get(to) ?? -1,
      turn,
      fromLanes: lanesFor(link, turn, all, isSignalled),
      toLanes: Array.from({ length: to.direction.lanes }, (_, lane) => lane),
    }))
  })
}

type MayTurn = (from: Segment, to: Segment) => boolean

function turnsAllowed(restrictions: readonly Restriction[]): MayTurn {
  const no = new Set<string>()
  const only = new Map<string, Set<number>>()
  for (const { isOnly, from, via, to } of restrictions) {
    if (isOnly) only.set(`${from} ${via}`, (only.get(`${from} ${via}`) ?? new Set()).add(to))
    else no.add(`${from} ${via} ${to}`)
  }
  return (from, to) => {
    // Back into the direction one comes from.
    if (from.id === `-${to.id}` || to.id === `-${from.id}`) return false
    const at = `${from.road.id} ${from.to}`
    if (no.has(`${at} ${to.road.id}`)) return false
    return only.get(at)?.has(to.road.id) ?? true
  }
}

/** The links one comes to from a link, across what lies within the junction, the nearest first. */
function waysOut(
  link: Segment,
  out: ReadonlyMap<number, readonly Segment[]>,
  index: ReadonlyMap<Segment, number>,
  mayTurn: MayTurn,
): Segment[] {
  const found = new Set<Segment>()
  const seen = new Set([link])
  for (const queue = [link]; queue.length > 0;) {
    const at = queue.shift()
    if (at === undefined) break
    for (const next of out.get(at.to) ?? []) {
      if (seen.has(next) || !mayTurn(at, next)) continue
      seen.add(next)
      if (index.has(next)) found.add(next)
      else queue.push(next)
    }
  }
  return [...found]
}

function turnOf({ arrivesDeg }: Segment, { leavesDeg }: Segment, ways: number): Turn {
  const turned = ((leavesDeg - arrivesDeg + 540) % 360) - 180
  if (Math.abs(turned) >= BACK_DEG && ways > 1) return 'uturn'
  if (Math.abs(turned) <= THROUGH_DEG || ways === 1) return 'through'
  return turned < 0 ? 'left' : 'right'
}

const ARROWS: Readonly<Record<Turn, readonly string[]>> = {
  left: ['left', 'sharp_left', 'slight_left'],
  through: ['through', 'none', '', 'merge_to_left', 'merge_to_right'],
  right: ['right', 'sharp_right', 'slight_right'],
  uturn: ['reverse'],
}

/** Lanes whose arrows say so; without arrows the leftmost turns left, the rightmost right, and one of several before a signal does nothing else than turn left. */
function lanesFor(
  { direction: { lanes, turns } }: Segment,
  turn: Turn,
  all: ReadonlySet<Turn>,
  isSignalled: boolean,
) {
  const every = Array.from({ length: lanes }, (_, lane) => lane)
  const marked = (arrows: readonly string[]) =>
    every.filter(lane => turns?.[lane]?.some(arrow => arrows.includes(arrow)) === true)
  const meant = marked(ARROWS[turn])
  if (meant.length > 0) return meant
  if (turn === 'through' && turns !== null) {
    const slight = marked(['slight_left', 'slight_right'])
    if (slight.length > 0) return slight
  }
  const half = Math.ceil(lanes / 2)
  if (turn === 'left' || turn === 'uturn') return all.has('through') ? [0] : every.slice(0, half)
  if (turn === 'right') return all.has('through') ? [lanes - 1] : every.slice(-half)
  const hasLeftLane = all.has('left') && lanes >= (isSignalled ? 2 : 3)
  return hasLeftLane ? every.slice(1) : every
}
