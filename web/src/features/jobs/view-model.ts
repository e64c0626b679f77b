import type { Job } from '../../../../src/serve/contract/index.ts'
import { ago, count, UNKNOWN, words } from '../../ui/format.ts'
import { ahead } from '../../ui/ahead.ts'

export interface JobRow {
  readonly name: string
  readonly detail: string
  /** "running: load", "paused", "late" */
  readonly state: string
  /** When it last succeeded, and what that run brought. */
  readonly last: string
  readonly next: string
  /** What is wrong, or odd; null while it works. */
  readonly fault: string | null
  readonly failing: boolean
  readonly canRun: boolean
  readonly isPaused: boolean
}

/** Jobs as the table shows them: those that somebody should look at first. */
export function jobRows(jobs: readonly Job[], clockMs: number): JobRow[] {
  return jobs
    .map(job => {
      const { name, about, stream, state, late, failures, paused, next_at: next } = job
      return {
        name,
        detail: [about, ...(stream === null ? [] : [words(stream)]), whenText(job)].join(' · '),
        state: stateText(job),
        last: lastText(job, clockMs),
        next: next === null ? UNKNOWN : ahead(Date.parse(next) - clockMs),
        fault: faultOf(job),
        failing: late || paused?.by === 'job' || failures > 0,
        canRun: state !== 'running',
        isPaused: paused !== null,
      }
    })
    .sort((a, b) => Number(b.failing) - Number(a.failing) || a.name.localeCompare(b.name))
}

function whenText({ schedule, zone, after }: Job): string {
  const when = [
    ...(schedule === null ? [] : [`${schedule} ${zone}`]),
    ...(after.length === 0 ? [] : [`after ${after.join(', ')}`]),
  ]
  return when.length === 0 ? 'when asked' : when.join(', ')
}

function stateText({ state, late, last_run: last }: Job): string {
  const steps = last?.steps?.filter(step => step.state === 'running').map(({ name }) => name) ?? []
  const doing = last?.step ?? (steps.length > 0 ? steps.join(', ') : null)
  if (state === 'running') return doing === null ? 'running' : `running: ${doing}`
  return late ? `${state}, late` : state
}

function lastText({ name, stream, last_success_at: at, last_run: last }: Job, clockMs: number): string {
  if (at === null) return 'never'
  const when = ago(Math.max(0, clockMs - Date.parse(at)))
  if (last?.state !== 'succeeded') return when
  if (last.day !== null) return `${when}, for ${last.day}`
  return `${when}, ${changed(name, stream, last)}`
}

function changed(name: string, stream: string | null, last: NonNullable<Job['last_run']>): string {
  // Jobs of open tables count files.
  if (name.startsWith('tables-')) return `${count(last.sent)} files made, ${count(last.withdrawn)} taken out`
  return `${count(last.sent)} ${stream === null ? 'rows changed' : 'records'}`
}

function faultOf({ paused, failures, last_run: last }: Job): string | null {
  if (paused?.why != null) return paused.why
  return failures > 0 ? (last?.error?.message ?? null) : (last?.notice ?? null)
}
