import { uniform } from './random.ts'

export const WEATHER_KINDS = ['clear', 'cloudy', 'rain', 'storm'] as const

export interface Weather {
  readonly kind: (typeof WEATHER_KINDS)[number]
  /** Share of the dry free-flow speed and of the dry capacity that is left. */
  readonly speedFactor: number
  readonly capacityFactor: number
}

/**
 * Middle of the ranges for light and heavy rain in: Federal Highway Administration, "How do weather events impact
 * roads?" (speed −2 to −13 % and −3 to −16 %, capacity −4 to −11 % and −10 to −30 %).
 */
const EFFECTS: readonly Weather[] = [
  { kind: 'clear', speedFactor: 1, capacityFactor: 1 },
  { kind: 'cloudy', speedFactor: 1, capacityFactor: 1 },
  { kind: 'rain', speedFactor: 0.93, capacityFactor: 0.93 },
  { kind: 'storm', speedFactor: 0.86, capacityFactor: 0.8 },
]

/** Chance to turn one kind better or worse in 300 s: a shower lasts two hours in the mean, rain or worse is one hour in six. */
const BETTER = [0, 0.025, 0.03, 0.06] as const
const WORSE = [0.02, 0.012, 0.01, 0] as const
const STEP_S = 300
const STREAM = 0x57ea

/**
 * The weather of the whole city at an instant; it changes only at multiples of the interval.
 *
 * A Markov chain over the four kinds, one step an interval. So that a moment can be drawn without a history, the past
 * is coupled: walks from the best and from the worst kind share their random numbers, and once they have met, every
 * walk from further back would have met them too.
 *
 * Source: J. Propp, D. Wilson, "Exact sampling with coupled Markov chains" (1996), the monotone case.
 */
export function weatherAt(seed: number, atMs: number, intervalS = STEP_S): Weather {
  return EFFECTS[kindAt(seed, Math.floor(atMs / (intervalS * 1000)), intervalS)] as Weather
}

/**
 * The kinds (indices into WEATHER_KINDS) of so many steps from one on, as `weatherAt` has them; a step is an instant over the
 * interval. Many at once cost what one does.
 */
export function weatherKinds(seed: number, firstStep: number, count: number, intervalS = STEP_S): Uint8Array {
  const kinds = new Uint8Array(count)
  const scale = scaleOf(intervalS)
  let kind = kindAt(seed, firstStep, intervalS)
  for (let i = 0; i < count; i++) {
    if (i > 0) kind = next(kind, uniform(seed, firstStep + i, STREAM), scale)
    kinds[i] = kind
  }
  return kinds
}

function kindAt(seed: number, now: number, intervalS: number): number {
  const scale = scaleOf(intervalS)
  for (let back = 256; ; back *= 2) {
    let best = 0
    let worst = EFFECTS.length - 1
    for (let step = now - back + 1; step <= now; step++) {
      const draw = uniform(seed, step, STREAM)
      best = next(best, draw, scale)
      worst = next(worst, draw, scale)
    }
    if (best === worst) return best
  }
}

/** Longer intervals change more at once; below a half, a step up and a step down never share a random number. */
function scaleOf(intervalS: number): number {
  return Math.min(intervalS / STEP_S, 8)
}

function next(kind: number, draw: number, scale: number): number {
  if (draw < (BETTER[kind] ?? 0) * scale) return kind - 1
  if (draw >= 1 - (WORSE[kind] ?? 0) * scale) return kind + 1
  return kind
}
