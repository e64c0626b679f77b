import type { Config } from '../core/config/index.ts'
import { EngineUnavailableError } from '../core/errors.ts'
import { blameOf, probeNewLake } from '../lake/anew/index.ts'
import type { LakePlace } from '../lake/anew/index.ts'
import type { Engine } from '../lake/engine/index.ts'
import type { DiskWatch } from './disk/index.ts'

export interface Surroundings {
  readonly lake: LakePlace
  readonly disk: Pick<DiskWatch, 'full'>
  readonly config: Config
  readonly onBroken: (reason: string) => void
}

/** So many starts in a row that fail are no accident. */
const IN_A_ROW = 3

/**
 * Keeps what is heard of an engine that falls: while it is opened, so that an error says how it fell; and later, to
 * tell a lake that was damaged meanwhile (its engine will never start again) from an engine that is merely away.
 */
export class EngineFalls {
  #heard: string | null = null
  #inARow = 0
  #surroundings: Surroundings | null = null
  #asking = false

  /** What the supervisor says of a crash, a hang or a start that failed. */
  note(problem: string): void {
    this.#heard = problem
    if (!problem.includes('did not start')) return
    this.#inARow++
    if (this.#inARow >= IN_A_ROW) void this.#ask(problem)
  }

  /** An engine that fell under a statement leaves its caller without an answer, and no word of why. */
  explain(error: unknown): unknown {
    if (!(error instanceof EngineUnavailableError) || this.#heard === null) return error
    return new EngineUnavailableError(`${error.message}; ${this.#heard}`, { cause: error })
  }

  watch(engine: Engine, surroundings: Surroundings): void {
    this.#surroundings = surroundings
    engine.onState(state => {
      if (state === 'ready') this.#inARow = 0
    })
  }

  async #ask(reason: string): Promise<void> {
    const around = this.#surroundings
    if (around === null || this.#asking || around.disk.full !== null) return
    this.#asking = true
    try {
      const { folder } = around.lake
      const probe = () => probeNewLake(folder, around.config.lake.maxMemoryBytes)
      const other = await blameOf(around.lake, reason, probe)
      if (other === null) around.onBroken(reason)
    } finally {
      this.#asking = false
    }
  }
}
