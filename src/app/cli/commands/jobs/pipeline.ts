import type { Command } from 'commander'
import { UsageError } from '../../../../core/errors.ts'
import type { Job, StepRun } from '../../../../serve/contract/intake/jobs.ts'
import { withServer } from '../../client/connect.ts'
import type { ServerFlags } from '../../client/connect.ts'
import { command, withServerFlags } from '../../options.ts'
import { facts, printable, table } from '../../output.ts'
import type { Shell } from '../../shell.ts'
import { Jobs, stateText, whenText, wordsOf } from './look.ts'

type Shape = NonNullable<Job['pipeline']>['steps'][number]

export function showCommand(shell: Shell): Command {
  const show = command('show', 'one job: how it is, and of a pipeline its steps', [
    'jobs show daily',
    'jobs show daily --json',
  ]).argument('<name>', 'as `jobs list` shows it')
  return withServerFlags(show).action((name: string, flags: ServerFlags) =>
    withServer(shell, flags, 'read', async ({ client }) => {
      const { items } = await client.json(Jobs, 'GET', '/v1/jobs', { signal: shell.signal })
      const job = items.find(one => one.name === name)
      if (job === undefined)
        throw new UsageError(`there is no job "${name}"; there are ${items.map(one => one.name).join(', ')}`)
      shell.stdout.write(flags.json ? `${JSON.stringify(job)}\n` : `${describe(job)}\n`)
    }),
  )
}

/** Steps of a run, with what each did or why it failed. */
export function stepsText(steps: readonly StepRun[]): string {
  return table<StepRun>(
    [
      { title: 'step', value: step => step.name },
      { title: 'state', value: step => step.state },
      { title: 'attempts', value: step => step.attempts, align: 'right' },
      { title: 'what', value: step => step.error?.message ?? step.notice },
    ],
    steps,
  )
}

function describe(job: Job): string {
  const { name, about, last_run: last, pipeline } = job
  const head: [string, string][] = [
    ['job', name],
    ['of', printable(about)],
    ['state', stateText(job)],
    ['schedule', whenText(job)],
    ['next', job.next_at ?? '–'],
    ['last success', job.last_success_at ?? '–'],
    ...(pipeline === null ? [] : ofPipeline(pipeline)),
  ]
  const run =
    last?.day == null
      ? ''
      : `${last.state === 'running' ? 'Running' : 'Last run'}: ${last.day}, ${last.state}`
  const steps =
    pipeline === null
      ? []
      : ['', ...(run === '' ? [] : [run]), graphText(pipeline.steps, last?.steps ?? null)]
  const words = wordsOf(job).map(printable)
  return [facts(head), ...steps, ...(words.length > 0 ? ['', ...words] : [])].join('\n')
}

function ofPipeline({
  file,
  catch_up: catchUp,
  days_waiting: days,
}: NonNullable<Job['pipeline']>): [string, string][] {
  const caughtUp = catchUp === 'newest' ? 'the newest time that was missed' : 'each time that was missed'
  return [
    ['file', printable(file)],
    ['catches up', caughtUp],
    ...(days.length === 0 ? [] : [['days that wait', days.join(', ')] satisfies [string, string]]),
  ]
}

/** The steps with what each comes after, and how it went in the run. */
function graphText(shapes: readonly Shape[], runs: readonly StepRun[] | null): string {
  const runOf = (name: string) => runs?.find(run => run.name === name)
  return table<Shape>(
    [
      { title: 'step', value: step => step.name },
      { title: 'does', value: step => step.does },
      { title: 'after', value: step => afterText(step) },
      { title: 'state', value: step => runOf(step.name)?.state },
      { title: 'attempts', value: step => runOf(step.name)?.attempts, align: 'right' },
      { title: 'what', value: step => runOf(step.name)?.error?.message ?? runOf(step.name)?.notice },
    ],
    shapes,
  )
}

function afterText({ needs, when }: Shape): string | null {
  if (needs.length === 0) return null
  return when === 'ended' ? `${needs.join(', ')} (however they end)` : needs.join(', ')
}
