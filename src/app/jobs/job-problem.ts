import type { JobRunner } from './runner.ts'

/** A job that may pass by itself is no problem yet when it failed once or twice. */
const FAILURES_TO_TELL = 3

/** Under which code the status has what is wrong with a job: each has its own, so that one that fails does not hide another. */
export const jobCode = (name: string) => `jobs:${name}`

/** What somebody should look at; null where all is well. A job that a person paused is nobody's problem. */
export function jobProblem({
  answer,
  unwritten,
  unseen,
}: Pick<JobRunner, 'answer' | 'unwritten' | 'unseen'>): string | null {
  const says = wordsOf(answer, unwritten, unseen)
  return says === null ? null : `The job ${answer.name} ${says}. \`arterial jobs list\` shows all.`
}

function wordsOf(
  answer: JobRunner['answer'],
  unwritten: string | null,
  unseen: string | null,
): string | null {
  const { paused, failures, late, last_run: last } = answer
  if (paused?.by === 'job') return `has paused itself: ${paused.why ?? ''}`
  if (paused !== null) return null
  const isLasting = failures > 0 && (failures >= FAILURES_TO_TELL || late || !mayPass(answer))
  if (isLasting) return `fails: ${last?.error?.message ?? ''}`
  if (late) return 'is late: it has not come to its end since it was due'
  if (unseen !== null) return `can't look for files: ${unseen}`
  return unwritten === null ? null : `can't write down what is known of it (${unwritten})`
}

/** Its next attempt comes before its time: what failed may pass by itself. */
function mayPass({ last_run: last }: JobRunner['answer']): boolean {
  return last?.error?.retryable !== false
}
