import { AppError } from '../../core/errors.ts'
import type { JobRun } from '../../serve/contract/index.ts'
import type { Schedule } from '../../sources/poll/index.ts'

export type Trigger = JobRun['trigger']
export type Step = NonNullable<JobRun['step']>

/** Work that is done again and again. A run may be killed anywhere: the next one must come to the same result. */
export interface Job {
  readonly name: string
  /** For people: what of, and where from. */
  readonly about: string
  /** The stream its records are of; null: it brings nothing in. */
  readonly stream: string | null
  /** Null: only when somebody asks for it, something new lies there, or a job before it brought something. */
  readonly schedule: Schedule | null
  /** Zone of the schedule. */
  readonly zone: string
  /** Jobs after which it runs, whenever one of them brought something. @default none */
  readonly after?: readonly string[]
  run(context: RunContext): Promise<RunResult>
  /** Somebody has looked at what the job paused itself for: what it found there is right from now on. Durable once it resolves. */
  readonly accept?: () => Promise<void>
  /** Is there something to do, whatever the schedule says? Asked while the job waits. */
  readonly hasNews?: () => Promise<boolean>
  /** What lies there and is not taken, in words, as it was looked last; null where nothing does. @default nothing ever does */
  readonly untaken?: () => string | null
  /** Before the names of objects in a bucket that are news to it. @default there are none */
  readonly inboxPrefix?: string
  /** How often that is asked. @default 5 s */
  readonly lookEveryMs?: number
}

export interface RunContext {
  readonly trigger: Trigger
  readonly signal: AbortSignal
  /** Says which step begins. */
  readonly step: (name: Step) => Promise<void>
}

export interface RunResult {
  /** Rows that the source said; of an output, rows of the lake. */
  readonly rows: number
  /** Records that went to the log; those that the lake has already are repeats there. Of an output, rows inserted or changed. */
  readonly sent: number
  /** Of an output, rows deleted. */
  readonly withdrawn: number
  /** Rows that are no records; they are in quarantine. */
  readonly rejected: number
  /** What is odd although it worked, in words. */
  readonly notice: string | null
}

/** The job must not go on by itself: somebody has to look at what it found, and to say so. */
export class JobPausedError extends AppError {
  readonly code = 'ART_JOB_PAUSED'
}

/** What somebody said of a job holds until the program ends, and no longer: there is no room to write it down. */
export class JobUnwrittenError extends AppError {
  readonly code = 'ART_JOB_UNWRITTEN'

  constructor(job: string, what: string, why: string) {
    super(
      `The job ${job} ${what} only until the program ends: it can't be written down (${why}). Make room on the disk, and say it again.`,
    )
  }
}
