import type { Movement, Phase, SignalPlan } from '../../../core/traffic/network.ts'
import type { Segment } from './segments.ts'

/** As in the city of the grid. */
const LEFT_GREEN_S = 10
const YELLOW_S = 4
const ALL_RED_S = 1
const LEAST_GREEN_S = 10
/** Approaches are opposite within so much, and one within so much; degrees. */
const OPPOSITE_DEG = 45
const TOGETHER_DEG = 30

interface Approach {
  readonly arrivesDeg: number
  lanes: number
  readonly lefts: number[]
  readonly others: number[]
  /** Lanes from which one may turn left, and from which one may go otherwise, share one. */
  isShared: boolean
}

interface Stage {
  readonly movements: readonly (readonly number[])[]
  readonly lanes: number
  readonly isLeft: boolean
}

/**
 * A plan for a junction of which only is known that it has signals: opposite approaches together, their lefts before them where these have lanes of
 * their own, else one approach after the other, so that nothing that conflicts has green at once. Green by lanes.
 *
 * @param here indexes of the movements across the junction
 * @returns null where only one stage would be left
 */
export function generatedPlan(
  here: readonly number[],
  movements: readonly Movement[],
  links: readonly Segment[],
): SignalPlan | null {
  const stages = stagesOf(approachesOf(here, movements, links))
  if (stages.length < 2) return null
  const clearanceS = YELLOW_S + ALL_RED_S
  const wantedS = stages.length === 2 ? 60 : stages.length <= 4 ? 90 : 120
  const fixedS = stages.reduce((sum, { isLeft }) => sum + clearanceS + (isLeft ? LEFT_GREEN_S : 0), 0)
  const lanes = stages.reduce((sum, of) => sum + (of.isLeft ? 0 : of.lanes), 0)
  const greenOf = (stage: Stage) =>
    stage.isLeft
      ? LEFT_GREEN_S
      : Math.max(LEAST_GREEN_S, Math.round(((wantedS - fixedS) * stage.lanes) / lanes))
  const phases: Phase[] = []
  let startS = 0
  for (const stage of stages) {
    const greenS = greenOf(stage)
    for (const served of stage.movements)
      if (served.length > 0)
        phases.push({
          number: (phases.length % 16) + 1,
          startS,
          greenS,
          yellowS: YELLOW_S,
          allRedS: ALL_RED_S,
          movements: served,
        })
    startS += greenS + clearanceS
  }
  return { cycleS: startS, offsetS: 0, phases }
}

function approachesOf(
  here: readonly number[],
  movements: readonly Movement[],
  links: readonly Segment[],
): Approach[] {
  const approaches: Approach[] = []
  const ofLink = new Map<number, Approach>()
  for (const at of here) {
    const movement = movements[at]
    const link = links[movement?.from ?? -1]
    if (movement === undefined || link === undefined) continue
    let approach = ofLink.get(movement.from)
    if (approach === undefined) {
      approach = approaches.find(({ arrivesDeg }) => apartDeg(arrivesDeg, link.arrivesDeg) <= TOGETHER_DEG)
      if (approach === undefined) {
        approach = { arrivesDeg: link.arrivesDeg, lanes: 0, lefts: [], others: [], isShared: false }
        approaches.push(approach)
      }
      approach.lanes += link.direction.lanes
      ofLink.set(movement.from, approach)
    }
    const isLeft = movement.turn === 'left'
    const against = isLeft ? approach.others : approach.lefts
    approach.isShared ||= against.some(
      other =>
        movements[other]?.from === movement.from &&
        movements[other].fromLanes.some(lane => movement.fromLanes.includes(lane)),
    )
    ;(isLeft ? approach.lefts : approach.others).push(at)
  }
  return approaches
}

function stagesOf(approaches: readonly Approach[]): Stage[] {
  const left = approaches.toSorted((a, b) => b.lanes - a.lanes)
  const stages: Stage[] = []
  for (let one = left.shift(); one !== undefined; one = left.shift()) {
    const { arrivesDeg } = one
    const opposite = left
      .filter(other => apartDeg(arrivesDeg + 180, other.arrivesDeg) <= OPPOSITE_DEG)
      .toSorted(
        (a, b) => apartDeg(arrivesDeg + 180, a.arrivesDeg) - apartDeg(arrivesDeg + 180, b.arrivesDeg),
      )[0]
    if (opposite !== undefined) left.splice(left.indexOf(opposite), 1)
    stages.push(...stagesOfPair(opposite === undefined ? [one] : [one, opposite]))
  }
  return stages
}

function stagesOfPair(pair: readonly Approach[]): Stage[] {
  const whole = ({ lefts, others, lanes }: Approach): Stage => ({
    movements: [[...lefts, ...others]],
    lanes,
    isLeft: false,
  })
  const turning = pair.filter(({ lefts }) => lefts.length > 0)
  const isMixed = turning.some(({ isShared, others }) => isShared || others.length === 0)
  if (pair.length === 1 || (isMixed && turning.length > 0)) return pair.map(whole)
  const lanes = Math.max(...pair.map(of => of.lanes))
  const others: Stage = { movements: pair.map(of => of.others), lanes, isLeft: false }
  if (turning.length === 0) return [others]
  return [{ movements: pair.map(({ lefts }) => lefts), lanes, isLeft: true }, others]
}

function apartDeg(a: number, b: number): number {
  return Math.abs(((((a - b + 180) % 360) + 360) % 360) - 180)
}
