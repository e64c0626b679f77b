import type { SensorVersion } from '../readings/sensor-register.ts'
import type { RuleVersion } from './rules.ts'

/** Changes of register and rules whose lines the log has lost and the tables still know, in the order of position. */
export interface Unlogged {
  readonly versions: readonly SensorVersion[]
  readonly rules: readonly RuleVersion[]
}

/** Gives such changes out where their lines would have stood. */
export class UnloggedChanges {
  readonly #versions: SensorVersion[]
  readonly #rules: RuleVersion[]

  constructor({ versions, rules }: Unlogged = { versions: [], rules: [] }) {
    this.#versions = [...versions]
    this.#rules = [...rules]
  }

  /** Those before a position that were not given out yet. */
  before(position: number): Unlogged {
    return { versions: taken(this.#versions, position), rules: taken(this.#rules, position) }
  }
}

function taken<T extends { readonly position: number }>(later: T[], position: number): T[] {
  const end = later.findIndex(one => one.position >= position)
  return later.splice(0, end < 0 ? later.length : end)
}
