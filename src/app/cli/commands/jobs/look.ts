import type { Command } from 'commander'
import { z } from 'zod'
import { Job, JobRun } from '../../../../serve/contract/intake/jobs.ts'
import type { Client } from '../../client/index.ts'
import { withServer } from '../../client/connect.ts'
import type { ServerFlags } from '../../client/connect.ts'
import { command, positive, withServerFlags } from '../../options.ts'
import { number, printable, table } from '../../output.ts'
import type { Shell } from '../../shell.ts'

interface HistoryFlags extends ServerFlags {
  readonly limit: number
}

export const Jobs = z.object({ items: z.array(Job) })
const Runs = z.object({ items: z.array(JobRun) })
const MAX_RUNS = 10_000

export function listCommand(shell: Shell): Command {
  const list = command('list', 'the jobs: how each is, when it runs next', ['jobs list', 'jobs list --json'])
  return withServerFlags(list).action((flags: ServerFlags) =>
    withServer(shell, flags, 'read', async ({ client }) => {
      const { items } = await client.json(Jobs, 'GET', '/v1/jobs', { signal: shell.signal })
      shell.stdout.write(flags.json ? `${JSON.stringify({ items })}\n` : `${describe(items)}\n`)
    }),
  )
}

export function historyCommand(shell: Shell): Command {
  const history = command('history', 'the runs of a job, newest first', [
    'jobs history calgary-incidents',
    'jobs history calgary-incidents --limit 5 --json',
  ]).argument('<name>', 'as `jobs list` shows it')
  return withServerFlags(history)
    .option('--limit <n>', 'at most so many', positive, 20)
    .action((name: string, flags: HistoryFlags) =>
      withServer(shell, flags, 'read', async ({ client }) => {
        const items = await runsOf(client, name, flags.limit, shell.signal)
        shell.stdout.write(flags.json ? `${JSON.stringify({ items })}\n` : `${describeRuns(items)}\n`)
      }),
    )
}

/** Newest first. */
export async function runsOf(
  client: Client,
  name: string,
  limit: number,
  signal: AbortSignal,
): Promise<readonly JobRun[]> {
  const path = `/v1/jobs/${encodeURIComponent(name)}/runs?limit=${Math.min(limit, MAX_RUNS)}`
  return (await client.json(Runs, 'GET', path, { signal })).items
}

function describe(jobs: readonly Job[]): string {
  if (jobs.length === 0)
    return 'There are no jobs; jobs.datasets, jobs.pipelines and outputs.databases in arterial.yaml name them.'
  const rows = table<Job>(
    [
      { title: 'job', value: job => job.name },
      { title: 'of', value: job => job.about },
      { title: 'state', value: stateText },
      { title: 'schedule', value: whenText },
      { title: 'last success', value: job => job.last_success_at },
      { title: 'next', value: job => job.next_at },
      {
        title: 'records',
        value: job => (job.last_run === null ? null : number(job.last_run.sent)),
        align: 'right',
      },
    ],
    jobs,
  )
  const words = jobs.flatMap(job => wordsOf(job).map(text => `${job.name}: ${printable(text)}`))
  return [rows, ...(words.length > 0 ? ['', ...words] : [])].join('\n')
}

export function stateText({ state, last_run: last, late }: Job): string {
  const steps = last?.steps?.filter(step => step.state === 'running').map(({ name }) => name) ?? []
  const doing = last?.step ?? (steps.length > 0 ? steps.join(', ') : null)
  const step = state === 'running' && doing !== null ? ` (${doing})` : ''
  return `${state}${step}${late ? ', late' : ''}`
}

export function whenText({ schedule, zone, after }: Job): string {
  const when = [
    ...(schedule === null ? [] : [`${schedule} ${zone}`]),
    ...(after.length === 0 ? [] : [`after ${after.join(', ')}`]),
  ]
  return when.length === 0 ? 'never' : when.join('; ')
}

/** What is wrong or odd. */
export function wordsOf({ paused, failures, last_run: last }: Job): string[] {
  if (paused !== null) return [`paused ${paused.at}${paused.why === null ? '' : `: ${paused.why}`}`]
  const error = failures > 0 && last?.error != null ? [`${last.error.message} (${last.error.code})`] : []
  return [...error, ...(last?.notice == null ? [] : [last.notice])]
}

function describeRuns(runs: readonly JobRun[]): string {
  if (runs.length === 0) return 'It has not run yet.'
  const rows = table<JobRun>(
    [
      { title: 'started', value: run => run.started_at },
      ...(runs.some(run => run.day !== null) ? [{ title: 'day', value: (run: JobRun) => run.day }] : []),
      { title: 'why', value: run => run.trigger },
      { title: 'state', value: run => run.state },
      { title: 'step', value: run => run.step },
      { title: 'took', value: tookText, align: 'right' },
      { title: 'rows', value: run => number(run.rows), align: 'right' },
      { title: 'records', value: run => number(run.sent), align: 'right' },
      { title: 'withdrawn', value: run => number(run.withdrawn), align: 'right' },
      { title: 'rejected', value: run => number(run.rejected), align: 'right' },
    ],
    runs,
  )
  const words = runs.flatMap(({ started_at: at, error, notice }) => [
    ...(error === null ? [] : [`${at}: ${printable(error.message)} (${error.code})`]),
    ...(notice === null ? [] : [`${at}: ${printable(notice)}`]),
  ])
  return [rows, ...(words.length > 0 ? ['', ...words] : [])].join('\n')
}

function tookText({ started_at: from, ended_at: to }: JobRun): string | null {
  return to === null ? null : `${((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1)} s`
}
