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
  untaken,
}: Pick<JobRunner, 'answer' | 'unwritten' | 'unseen' | 'untaken'>): string | null {
  const said = [
    wordsOf(answer, unseen),
    // Whoever paused it would be surprised after a restart.
    unwritten === null ? null : unwrittenWords(answer, unwritten),
    answer.paused === null && untaken !== null ? `leaves something: ${untaken.replace(/\.$/, '')}` : null,
  ].filter(words => words !== null)
  return said.length === 0
    ? null
    : `The job ${answer.name} ${said.join('; it ')}. \`arterial jobs list\` shows all.`
}

function unwrittenWords({ paused }: JobRunner['answer'], why: string): string {
  const until = paused === null ? '' : ', and is paused only until the program ends'
  return `can't write down what is known of it (${why})${until}`
}

function wordsOf(answer: JobRunner['answer'], unseen: string | null): string | null {
  const { paused, failures, late, last_run: last } = answer
  if (paused?.by === 'job') return `has paused itself: ${paused.why ?? ''}`
  if (paused !== null) return null
  const isLasting = failures > 0 && (failures >= FAILURES_TO_TELL || late || !mayPass(answer))
  if (isLasting) return `fails: ${last?.error?.message ?? ''}`
  if (late) return 'is late: it has not come to its end since it was due'
  return unseen === null ? null : `can't look for files: ${unseen}`
}

/** Its next attempt comes before its time: what failed may pass by itself. */
function mayPass({ last_run: last }: JobRunner['answer']): boolean {
  return last?.error?.retryable !== false
}
