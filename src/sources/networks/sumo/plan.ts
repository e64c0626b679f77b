import type { Phase, SignalPlan } from '../../../core/traffic/network.ts'
import type { SumoProgram } from './read.ts'

/** A movement of the node, and the places of its signals in the program's states. */
export interface Signalled {
  readonly movement: number
  /** Empty where no signal stands: it may always go. */
  readonly indexes: readonly number[]
}

interface Green {
  readonly startS: number
  readonly greenS: number
  readonly yellowS: number
}

/** Most phases a controller has numbers for (NEMA TS 2). */
const NUMBERS = 16

/**
 * The program as our phases: greens of one movement that follow each other are one, also over the end of the cycle; what follows a green is
 * its yellow; all-red lasts until anybody has green. Movements that go together are one phase, numbered in the order of their greens.
 *
 * `G`, `g`, `o` and `O` are green, `y` and `Y` yellow, `r`, `s` and `u` red.
 *
 * @returns null where no movement ever has green
 */
export function planOf(program: SumoProgram, signalled: readonly Signalled[]): SignalPlan | null {
  const cycleS = tenth(program.phases.reduce((sum, { durationS }) => sum + durationS, 0))
  const greens = signalled.map(({ indexes }) => greensOf(program, indexes, cycleS))
  const together = new Map<string, { readonly green: Green; readonly movements: number[] }>()
  greens.forEach((of, i) => {
    for (const green of of) {
      const key = `${green.startS} ${green.greenS} ${green.yellowS}`
      const phase = together.get(key) ?? { green, movements: [] }
      phase.movements.push(signalled[i]?.movement ?? -1)
      together.set(key, phase)
    }
  })
  if (together.size === 0) return null
  const sorted = [...together.values()].toSorted((a, b) => a.green.startS - b.green.startS)
  const numbers = new Map<string, number>()
  const phases = sorted.map(({ green, movements }): Phase => {
    const key = movements.join(' ')
    const number = numbers.get(key) ?? (numbers.size % NUMBERS) + 1
    numbers.set(key, number)
    return {
      number,
      ...green,
      allRedS: allRedAfter(
        green,
        sorted.map(of => of.green),
        cycleS,
      ),
      movements,
    }
  })
  return { cycleS, offsetS: tenth(((program.offsetS % cycleS) + cycleS) % cycleS), phases }
}

type Colour = 'green' | 'yellow' | 'red'

function greensOf({ phases }: SumoProgram, indexes: readonly number[], cycleS: number): Green[] {
  const colours = phases.map(({ state }) => colourOf(indexes.map(index => state[index] ?? 'r')))
  if (indexes.length === 0 || colours.every(colour => colour === 'green'))
    return [{ startS: 0, greenS: cycleS, yellowS: 0 }]
  const count = phases.length
  const lasting = (first: number, colour: Colour): [number, number] => {
    let [at, seconds] = [first, 0]
    while (colours[at % count] === colour && at - first < count)
      seconds += phases[at++ % count]?.durationS ?? 0
    return [at, tenth(seconds)]
  }
  let startS = 0
  return phases.flatMap(({ durationS }, i) => {
    const beginS = tenth(startS)
    startS += durationS
    if (colours[i] !== 'green' || colours[(i + count - 1) % count] === 'green') return []
    const [after, greenS] = lasting(i, 'green')
    const [, yellowS] = lasting(after, 'yellow')
    return [{ startS: beginS, greenS, yellowS }]
  })
}

/** What drivers are shown who may choose between several signals: the best of them. */
function colourOf(signals: readonly string[]): Colour {
  if (signals.some(signal => /[Ggo]/i.test(signal))) return 'green'
  return signals.some(signal => /y/i.test(signal)) ? 'yellow' : 'red'
}

function allRedAfter(green: Green, all: readonly Green[], cycleS: number): number {
  const endS = green.startS + green.greenS + green.yellowS
  const waits = all.map(({ startS, greenS, yellowS }) => {
    const sinceS = (((endS - startS) % cycleS) + cycleS) % cycleS
    const isOn = sinceS < greenS + yellowS && !(startS === green.startS && greenS === green.greenS)
    return isOn ? 0 : (cycleS - sinceS) % cycleS
  })
  return tenth(Math.max(0, Math.min(...waits)))
}

function tenth(seconds: number): number {
  return Math.round(seconds * 10) / 10
}
