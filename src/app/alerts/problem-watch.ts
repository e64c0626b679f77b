import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { seal, unseal } from '../../core/disk/sealed-json.ts'
import { writeFileDurably } from '../../core/disk/write-file-durably.ts'
import { problemAlerts } from '../../insight/alerts/index.ts'
import type { ProblemAlert, ProblemMemory, ProblemRule } from '../../insight/alerts/index.ts'
import type { Problem } from '../../serve/contract/index.ts'

export interface ProblemWatchDeps {
  /** Where what was told is remembered. */
  readonly path: string
  readonly rules: readonly ProblemRule[]
  readonly problems: () => readonly Problem[]
  /** Durable when it resolves. */
  readonly note: (alerts: readonly ProblemAlert[]) => Promise<void>
  readonly now: () => number
}

const Memory = z.object({
  begunMs: z.number(),
  known: z.record(
    z.string(),
    z.object({
      times: z.int().nonnegative(),
      isTold: z.boolean(),
      goneSinceMs: z.number().nullable(),
    }),
  ),
})

/** Looks at the problems of the system and tells of new ones. */
export class ProblemWatch {
  readonly #deps: ProblemWatchDeps
  #memory: ProblemMemory | null = null
  #saved = ''

  constructor(deps: ProblemWatchDeps) {
    this.#deps = deps
  }

  /** One look. What is told is noted before it is remembered: killed in between, it is noted again under the same id. */
  async look(): Promise<void> {
    const { rules, problems, note, now } = this.#deps
    if (rules.length === 0) return
    this.#memory ??= await this.#recall()
    const there = problems().map(({ code, message, since }) => ({
      code,
      message,
      sinceMs: Date.parse(since),
    }))
    const { memory, alerts } = problemAlerts(this.#memory, there, rules, now())
    await note(alerts)
    await this.#save(memory)
    this.#memory = memory
  }

  /** Torn, damaged or missing it is as if nothing had been told. */
  async #recall(): Promise<ProblemMemory> {
    const { path, now } = this.#deps
    try {
      return Memory.parse(unseal(await readFile(path, 'utf8')).value)
    } catch {
      const memory = { begunMs: now(), known: {} }
      await this.#save(memory)
      return memory
    }
  }

  async #save(memory: ProblemMemory): Promise<void> {
    const { path } = this.#deps
    const sealed = seal(memory)
    if (sealed === this.#saved) return
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFileDurably(path, sealed, 0o600)
    this.#saved = sealed
  }
}
