import { describe, expect, it } from 'vitest'
import { jobProblem } from '../../../src/app/jobs/job-problem.ts'
import { aJob, aRun } from '../../serve/job-answers.ts'

const failed = (retryable: boolean) =>
  aRun({ state: 'failed', error: { code: 'ART_FEED', message: 'HTTP 503', retryable } })
const problem = (
  more: Parameters<typeof aJob>[1],
  unwritten: string | null = null,
  unseen: string | null = null,
  untaken: string | null = null,
) => jobProblem({ answer: aJob('shows', more), unwritten, unseen, untaken })

describe('the problem of a job', () => {
  it('is none while it is well, and none when a person paused it', () => {
    expect(problem({})).toBeNull()
    expect(problem({ late: true, failures: 9, paused: { at: '', by: 'user', why: null } })).toBeNull()
  })

  it('is a failure that does not pass by itself, or that came three times', () => {
    expect(problem({ failures: 1, last_run: failed(false) })).toBe(
      'The job shows fails: HTTP 503. `arterial jobs list` shows all.',
    )
    expect(problem({ failures: 2, last_run: failed(true) })).toBeNull()
    expect(problem({ failures: 3, last_run: failed(true) })).toContain('fails: HTTP 503')
  })

  it('is that it is late, that it paused itself, that nothing of it can be kept', () => {
    expect(problem({ late: true })).toContain('The job shows is late')
    expect(problem({ paused: { at: '', by: 'job', why: 'begins: text → number' } })).toContain(
      'has paused itself: begins: text → number',
    )
    expect(problem({}, 'ENOSPC')).toContain('(ENOSPC)')
    expect(problem({ paused: { at: '', by: 'user', why: null } }, 'ENOSPC')).toContain(
      "can't write down what is known of it (ENOSPC), and is paused only until the program ends",
    )
    expect(problem({ paused: { at: '', by: 'job', why: 'begins is gone' } }, 'ENOSPC')).toMatch(
      /paused itself: begins is gone; it can't write down .*ENOSPC/,
    )
    expect(problem({}, null, null, 'Files of its inbox are not taken. "a.csv" (1 GiB): larger.')).toBe(
      'The job shows leaves something: Files of its inbox are not taken. "a.csv" (1 GiB): larger. `arterial jobs list` shows all.',
    )
    expect(problem({}, null, 's3 bucket a: does not let us in')).toContain(
      "can't look for files: s3 bucket a: does not let us in",
    )
  })
})
