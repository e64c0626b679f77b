import type { JobRun } from '../../serve/contract/index.ts'
import type { JobMemory } from './memory.ts'
import { JobFiles, NEW_MEMORY } from './memory.ts'

export interface RecordDeps {
  /** Of the job. */
  readonly folder: string
  /** Runs that are remembered. */
  readonly keepRuns: number
  /** After everything that changes how the job is. */
  readonly onChange: () => void
}

/** What is known of one job, in memory and on the disk; tells whoever waits that it changed. */
export class JobRecord {
  readonly #deps: RecordDeps
  readonly #files: JobFiles
  memory: JobMemory = NEW_MEMORY
  /** Those that ended, newest first. */
  runs: readonly JobRun[] = []
  /** Why it could not be written down, in the system's words; null where it could. */
  unwritten: string | null = null
  #changed = Promise.withResolvers<undefined>()

  constructor(deps: RecordDeps) {
    this.#deps = deps
    this.#files = new JobFiles(deps.folder)
  }

  /** Reads the runs, and what was remembered of the job. */
  async recall(): Promise<JobMemory> {
    this.runs = await this.#files.runs()
    return this.#files.recall()
  }

  /** Writes the memory down. Without room for it the job goes on: after a restart it begins where it was last written down, and repeats are repeats. */
  async remember(): Promise<void> {
    await this.#written(() => this.#files.remember(this.memory))
    this.#deps.onChange()
    this.tellChange()
  }

  async keepRun(run: JobRun): Promise<void> {
    this.runs = [run, ...this.runs].slice(0, this.#deps.keepRuns)
    await this.#written(() => this.#files.keepRuns(this.runs))
  }

  tellChange(): void {
    this.#changed.resolve(undefined)
    this.#changed = Promise.withResolvers()
  }

  /** Resolves when anything of it changes. @throws when the signal aborts */
  async change(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const aborted = Promise.withResolvers<never>()
    const abort = () => aborted.reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
    await Promise.race([this.#changed.promise, aborted.promise]).finally(() =>
      signal.removeEventListener('abort', abort),
    )
  }

  async #written(write: () => Promise<void>): Promise<void> {
    try {
      await write()
      this.unwritten = null
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === undefined) throw error
      this.unwritten = code
    }
  }
}
