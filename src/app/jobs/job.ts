import { AppError } from '../../core/errors.ts'
import type { JobRun, PipelineShape, StepRun } from '../../serve/contract/index.ts'
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
  /** Each of its runs is about one day; it first runs when its time comes. @default its runs are about none */
  readonly days?: JobDays
  /** Its steps, where it is a pipeline. @default it is none */
  readonly pipeline?: Omit<PipelineShape, 'days_waiting'>
  /** A run that was due may take so long before it is late. @default one period, within 15 minutes and an hour */
  readonly mayTakeMs?: number
}

/** Which days the runs of a job are about. */
export interface JobDays {
  /** The day, `YYYY-MM-DD`, that a run is about whose time came at this instant. */
  readonly of: (atMs: number) => string
  /** Which of the times are caught up that came while nobody ran. */
  readonly catchUp: 'newest' | 'each'
}

export interface RunContext {
  readonly trigger: Trigger
  readonly signal: AbortSignal
  /** Says which step begins. */
  readonly step: (name: Step) => Promise<void>
  /** Of a job with days. */
  readonly ofDay?: DayContext
}

/** What a run knows that is about a day. */
export interface DayContext {
  /** `YYYY-MM-DD` */
  readonly day: string
  /** Steps of the run that was broken off and that this one goes on with; null: it begins anew. */
  readonly before: readonly StepRun[] | null
  /** Steps that an earlier day of the same range has done, and that day. */
  readonly covered: { readonly day: string; readonly steps: readonly string[] } | null
  /** Says how its steps are. Durable once it resolves. */
  readonly says: (steps: readonly StepRun[]) => Promise<void>
  /** Told of what only a fault of this program throws. */
  readonly onBug: (error: unknown) => void
  /** Runs another job, after a run of it that goes on just now. @returns that run */
  readonly runJob: (name: string, signal: AbortSignal) => Promise<JobRun>
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
  /** What became of it. @default unchanged where nothing was sent and nothing withdrawn */
  readonly state?: 'succeeded'
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
