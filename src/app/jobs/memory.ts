import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { seal, unseal } from '../../core/disk/sealed-json.ts'
import { writeFileDurably } from '../../core/disk/write-file-durably.ts'
import { JobRun } from '../../serve/contract/index.ts'

const ms = z.number().nullable()
const Memory = z.object({
  /** The schedule that `dueMs` was planned by. */
  schedule: z.string(),
  /** When it runs next; null: when somebody asks. */
  dueMs: ms,
  /** Since when a run of the schedule is owed that has not succeeded; null: none is. */
  owedMs: ms,
  /** Since when a run is owed because a job before it brought something; null: none is. */
  followsMs: ms.default(null),
  lastStartMs: ms,
  lastSuccessMs: ms,
  failures: z.int().nonnegative(),
  paused: z.object({ atMs: z.number(), by: z.enum(['user', 'job']), why: z.string().nullable() }).nullable(),
  /** Days that runs are owed for, in their order; `with` is an earlier day of the same range. */
  days: z
    .array(
      z.object({ day: z.string(), trigger: z.enum(['missed', 'backfill']), with: z.string().nullable() }),
    )
    .default([]),
  /** Of a run that has not ended. */
  running: JobRun.nullable(),
})
/** What must outlive a restart of one job. */
export type JobMemory = Readonly<z.infer<typeof Memory>>

export const NEW_MEMORY: JobMemory = {
  schedule: '',
  dueMs: null,
  owedMs: null,
  followsMs: null,
  lastStartMs: null,
  lastSuccessMs: null,
  failures: 0,
  paused: null,
  days: [],
  running: null,
}

const History = z.object({ runs: z.array(JobRun) })

/** The files of one job: `state.json` and `history.json`. Torn, damaged or missing they are as if it had never run. */
export class JobFiles {
  readonly #folder: string
  /** One write after another: each replaces the whole file. */
  #last: Promise<void> = Promise.resolve()

  constructor(folder: string) {
    this.#folder = folder
  }

  async recall(): Promise<JobMemory> {
    return (await this.#read('state.json', Memory)) ?? NEW_MEMORY
  }

  async remember(memory: JobMemory): Promise<void> {
    await this.#write('state.json', memory)
  }

  /** Newest first. */
  async runs(): Promise<readonly JobRun[]> {
    return (await this.#read('history.json', History))?.runs ?? []
  }

  async keepRuns(runs: readonly JobRun[]): Promise<void> {
    await this.#write('history.json', { runs })
  }

  async #read<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
    try {
      return schema.safeParse(unseal(await readFile(join(this.#folder, file), 'utf8')).value).data
    } catch {
      return undefined
    }
  }

  async #write(file: string, value: object): Promise<void> {
    const written = this.#last.then(async () => {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 })
      await writeFileDurably(join(this.#folder, file), seal(value), 0o600)
    })
    this.#last = written.catch(() => {})
    await written
  }
}
