import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import { BACKUP_JOB, TABLES_PREFIX } from '../../../../core/config/index.ts'
import { UsageError } from '../../../../core/errors.ts'
import { Job } from '../../../../serve/contract/intake/jobs.ts'
import type { JobRun } from '../../../../serve/contract/intake/jobs.ts'
import type { Client } from '../../client/index.ts'
import { withServer } from '../../client/connect.ts'
import type { ServerFlags } from '../../client/connect.ts'
import { EXIT } from '../../exit-codes.ts'
import { command, day, withServerFlags } from '../../options.ts'
import { number, printable } from '../../output.ts'
import type { Shell } from '../../shell.ts'
import { JSON_BODY, pathOf } from './act.ts'
import { Jobs, runsOf } from './look.ts'
import { stepsText } from './pipeline.ts'

interface RunFlags extends ServerFlags {
  readonly fromLanding?: boolean
  readonly from?: string
  readonly to?: string
  readonly wait: boolean
}

interface Days {
  readonly from: string
  readonly to: string
}

const LOOK_EVERY_MS = 300

export function runCommand(shell: Shell): Command {
  const run = command('run', 'run a job now and wait for its end', [
    'jobs run calgary-incidents',
    'jobs run calgary-incidents --from-landing',
    'jobs run daily --from 2026-11-01 --to 2026-11-07',
  ]).argument('<name>', 'as `jobs list` shows it')
  return withServerFlags(run)
    .option('--from-landing', 'do all that was received anew, in order, without asking the source')
    .option('--from <day>', 'of a pipeline: a run for each day from this one on, in order', day)
    .option('--to <day>', 'to this day; without it, for the one day', day)
    .option('--no-wait', 'come back at once; the job goes on, where a server runs')
    .action((name: string, flags: RunFlags) => {
      const days = daysOf(flags)
      return withServer(shell, flags, 'write', async ({ client, own }) => {
        // Without a server this process is the one that runs it.
        const isAwaited = flags.wait || own
        if (days === null) await runOnce(shell, client, name, { flags, isAwaited })
        else await runDays(shell, client, name, { flags, isAwaited, days })
      })
    })
}

function daysOf({ from, to, fromLanding }: RunFlags): Days | null {
  if (from === undefined && to !== undefined)
    throw new UsageError(`--to ${to} has no --from; say the first day, too`)
  if (from === undefined) return null
  if (fromLanding === true)
    throw new UsageError('--from and --from-landing stand together; leave one of them out')
  const last = to ?? from
  if (from > last) throw new UsageError(`--from ${from} is after --to ${last}; exchange them`)
  return { from, to: last }
}

interface Asked {
  readonly flags: RunFlags
  readonly isAwaited: boolean
}

async function runOnce(
  shell: Shell,
  client: Client,
  name: string,
  { flags, isAwaited }: Asked,
): Promise<void> {
  const begun = await ask(shell, client, name, { from: flags.fromLanding ? 'landing' : 'source' })
  const job = isAwaited ? await ended(client, begun, shell.signal) : begun
  const { last_run: last } = job
  if (last?.state === 'failed' || last?.state === 'stopped') shell.exitCode = EXIT.refused
  else if ((last?.rejected ?? 0) > 0) shell.exitCode = EXIT.rows
  shell.stdout.write(flags.json ? `${JSON.stringify(job)}\n` : `${describe(job)}\n`)
}

async function runDays(
  shell: Shell,
  client: Client,
  name: string,
  { flags, isAwaited, days }: Asked & { readonly days: Days },
): Promise<void> {
  const before = (await runsOf(client, name, 1, shell.signal))[0]?.id ?? ''
  let job = await ask(shell, client, name, { days })
  if (!isAwaited) {
    const waits = `${name} runs for ${days.from} to ${days.to}; \`arterial jobs show ${name}\` says how far it is.`
    shell.stdout.write(flags.json ? `${JSON.stringify(job)}\n` : `${waits}\n`)
    return
  }
  while (job.state === 'running' || isWaiting(job, days)) {
    await wait(LOOK_EVERY_MS, undefined, { signal: shell.signal })
    job = await jobOf(client, name, shell.signal)
  }
  const runs = (await runsOf(client, name, 10_000, shell.signal)).filter(
    run => run.id > before && run.day !== null && run.day >= days.from && run.day <= days.to,
  )
  const items = runs.toReversed()
  if (items.some(({ state }) => state !== 'succeeded')) shell.exitCode = EXIT.refused
  shell.stdout.write(flags.json ? `${JSON.stringify({ items })}\n` : `${items.map(dayText).join('\n')}\n`)
}

function isWaiting({ pipeline }: Job, { from, to }: Days): boolean {
  return pipeline?.days_waiting.some(one => one >= from && one <= to) ?? false
}

function dayText({ day: of, state, steps, error }: JobRun): string {
  const count = (wanted: string) => steps?.filter(step => step.state === wanted).length ?? 0
  const covered = count('covered') === 0 ? '' : `, ${count('covered')} done with an earlier day`
  const why = error === null ? '' : `: ${printable(error.message)}`
  return `${of ?? ''} ${state}, ${count('succeeded')} of ${steps?.length ?? 0} steps${covered}${why}`
}

function ask(shell: Shell, client: Client, name: string, body: object): Promise<Job> {
  const { signal } = shell
  return client.json(Job, 'POST', pathOf(name, 'run'), {
    body: JSON.stringify(body),
    headers: JSON_BODY,
    signal,
  })
}

/** Waits until the run that was begun, or is about to, has ended. */
async function ended(client: Client, begun: Job, signal: AbortSignal): Promise<Job> {
  const before = begun.last_run?.state === 'running' ? null : (begun.last_run?.id ?? null)
  for (;;) {
    const job = await jobOf(client, begun.name, signal)
    const { last_run: last } = job
    if (last !== null && last.id !== before && last.state !== 'running') return job
    await wait(LOOK_EVERY_MS, undefined, { signal })
  }
}

async function jobOf(client: Client, name: string, signal: AbortSignal): Promise<Job> {
  const { items } = await client.json(Jobs, 'GET', '/v1/jobs', { signal })
  const job = items.find(one => one.name === name)
  if (job === undefined) throw new UsageError(`the job ${name} is no longer there`)
  return job
}

function describe({ name, stream, last_run: last }: Job): string {
  if (last === null || last.state === 'running') return `${name} runs.`
  if (last.steps !== null) return `${name} ${last.state} for ${last.day ?? ''}\n\n${stepsText(last.steps)}`
  const { state, rows, sent, withdrawn, rejected, error, notice } = last
  if (error !== null) return `${name} failed: ${printable(error.message)} (${error.code})`
  const figures = figuresOf(name, stream, { rows, sent, withdrawn, rejected })
  return [`${name} ${state}: ${figures}`, ...(notice === null ? [] : [printable(notice)])].join('\n')
}

type Figures = Pick<NonNullable<Job['last_run']>, 'rows' | 'sent' | 'withdrawn' | 'rejected'>

function figuresOf(
  name: string,
  stream: string | null,
  { rows, sent, withdrawn, rejected }: Figures,
): string {
  if (name === BACKUP_JOB)
    return `${number(rows)} files kept, ${number(sent)} of them new; ${number(withdrawn)} old backups removed`
  if (name.startsWith(TABLES_PREFIX)) return `${number(sent)} files made, ${number(withdrawn)} taken out`
  return stream === null
    ? `${number(rows)} rows, ${number(sent)} of them inserted or changed, ${number(withdrawn)} others deleted`
    : `${number(rows)} rows, ${number(sent)} records to the log, ${number(withdrawn)} withdrawn, ${number(rejected)} rejected`
}
