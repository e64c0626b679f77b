import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import { BACKUP_JOB, TABLES_PREFIX } from '../../../../core/config/index.ts'
import { UsageError } from '../../../../core/errors.ts'
import { Job } from '../../../../serve/contract/intake/jobs.ts'
import type { Client } from '../../client/index.ts'
import { withServer } from '../../client/connect.ts'
import type { ServerFlags } from '../../client/connect.ts'
import { EXIT } from '../../exit-codes.ts'
import { command, withServerFlags } from '../../options.ts'
import { number, printable } from '../../output.ts'
import type { Shell } from '../../shell.ts'
import { Jobs } from './look.ts'

interface RunFlags extends ServerFlags {
  readonly fromLanding?: boolean
  readonly wait: boolean
}

interface PauseFlags extends ServerFlags {
  readonly why?: string
}

const LOOK_EVERY_MS = 300
const JSON_BODY = { 'content-type': 'application/json' }

export function runCommand(shell: Shell): Command {
  const run = command('run', 'run a job now and wait for its end', [
    'jobs run calgary-incidents',
    'jobs run calgary-incidents --from-landing',
  ]).argument('<name>', 'as `jobs list` shows it')
  return withServerFlags(run)
    .option('--from-landing', 'do all that was received anew, in order, without asking the source')
    .option('--no-wait', 'come back at once; the job goes on, where a server runs')
    .action((name: string, flags: RunFlags) =>
      withServer(shell, flags, 'write', async ({ client, own }) => {
        const body = JSON.stringify({ from: flags.fromLanding ? 'landing' : 'source' })
        const begun = await client.json(Job, 'POST', pathOf(name, 'run'), {
          body,
          headers: JSON_BODY,
          signal: shell.signal,
        })
        // Without a server this process is the one that runs it.
        const job = flags.wait || own ? await ended(client, begun, shell.signal) : begun
        const { last_run: last } = job
        if (last?.state === 'failed') shell.exitCode = EXIT.refused
        else if ((last?.rejected ?? 0) > 0) shell.exitCode = EXIT.rows
        shell.stdout.write(flags.json ? `${JSON.stringify(job)}\n` : `${describe(job)}\n`)
      }),
    )
}

export function pauseCommand(shell: Shell): Command {
  const pause = command('pause', 'let a job run no more until it is resumed; a run that has begun goes on', [
    'jobs pause calgary-incidents --why "the portal is being moved"',
  ]).argument('<name>', 'as `jobs list` shows it')
  return withServerFlags(pause)
    .option('--why <text>', 'for whoever finds it paused')
    .action((name: string, flags: PauseFlags) => {
      const body = JSON.stringify(flags.why === undefined ? {} : { why: flags.why })
      return act(shell, flags, pathOf(name, 'pause'), body, 'is paused')
    })
}

export function resumeCommand(shell: Shell): Command {
  const resume = command('resume', 'let a paused job go on; what came due meanwhile is caught up once', [
    'jobs resume calgary-incidents',
  ]).argument('<name>', 'as `jobs list` shows it')
  return withServerFlags(resume).action((name: string, flags: ServerFlags) =>
    act(shell, flags, pathOf(name, 'resume'), '', 'goes on'),
  )
}

function act(shell: Shell, flags: ServerFlags, path: string, body: string, says: string): Promise<void> {
  return withServer(shell, flags, 'read', async ({ client }) => {
    const job = await client.json(Job, 'POST', path, { body, headers: JSON_BODY, signal: shell.signal })
    const next = job.next_at === null ? '' : `; it runs next at ${job.next_at}`
    shell.stdout.write(flags.json ? `${JSON.stringify(job)}\n` : `${job.name} ${says}${next}\n`)
  })
}

/** Waits until the run that was begun, or is about to, has ended. */
async function ended(client: Client, begun: Job, signal: AbortSignal): Promise<Job> {
  const before = begun.last_run?.state === 'running' ? null : (begun.last_run?.id ?? null)
  for (;;) {
    const { items } = await client.json(Jobs, 'GET', '/v1/jobs', { signal })
    const job = items.find(({ name }) => name === begun.name)
    if (job === undefined) throw new UsageError(`the job ${begun.name} is no longer there`)
    const { last_run: last } = job
    if (last !== null && last.id !== before && last.state !== 'running') return job
    await wait(LOOK_EVERY_MS, undefined, { signal })
  }
}

function describe({ name, stream, last_run: last }: Job): string {
  if (last === null || last.state === 'running') return `${name} runs.`
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

function pathOf(name: string, what: string): string {
  return `/v1/jobs/${encodeURIComponent(name)}/${what}`
}
