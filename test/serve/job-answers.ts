import type { Job, JobRun } from '../../src/serve/contract/index.ts'

/** A run that brought 1,200 records. */
export function aRun(more: Partial<JobRun> = {}): JobRun {
  return {
    ...{ id: '20261127T150000000Z', trigger: 'schedule', state: 'succeeded', step: 'load' },
    ...{ started_at: '2026-11-27T15:00:00.000Z', ended_at: '2026-11-27T15:00:02.500Z' },
    ...{ rows: 1_500, sent: 1_200, withdrawn: 3, rejected: 0, notice: null, error: null },
    ...{ day: null, steps: null },
    ...more,
  }
}

/** A job that waits for its time. */
export function aJob(name: string, more: Partial<Job> = {}): Job {
  return {
    ...{ name, about: 'data.example.org/abcd-1234', stream: 'events', schedule: '0 17 1,15 * *' },
    ...{ after: [], zone: 'America/Edmonton', state: 'waiting', late: false, paused: null },
    ...{ next_at: '2026-12-02T00:00:00.000Z', last_success_at: '2026-11-27T15:00:02.500Z' },
    ...{ failures: 0, last_run: aRun(), pipeline: null },
    ...more,
  }
}
