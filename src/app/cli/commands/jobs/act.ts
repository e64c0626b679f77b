import type { Command } from 'commander'
import { Job } from '../../../../serve/contract/intake/jobs.ts'
import { withServer } from '../../client/connect.ts'
import type { ServerFlags } from '../../client/connect.ts'
import { command, withServerFlags } from '../../options.ts'
import type { Shell } from '../../shell.ts'

interface PauseFlags extends ServerFlags {
  readonly why?: string
}

export const JSON_BODY = { 'content-type': 'application/json' }

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

export function stopCommand(shell: Shell): Command {
  const stop = command('stop', 'break off the run of a job, and forget days that wait; what it did stays', [
    'jobs stop daily',
  ]).argument('<name>', 'as `jobs list` shows it')
  return withServerFlags(stop).action((name: string, flags: ServerFlags) =>
    act(shell, flags, pathOf(name, 'stop'), '', 'was broken off'),
  )
}

function act(shell: Shell, flags: ServerFlags, path: string, body: string, says: string): Promise<void> {
  return withServer(shell, flags, 'read', async ({ client }) => {
    const job = await client.json(Job, 'POST', path, { body, headers: JSON_BODY, signal: shell.signal })
    const next = job.next_at === null ? '' : `; it runs next at ${job.next_at}`
    shell.stdout.write(flags.json ? `${JSON.stringify(job)}\n` : `${job.name} ${says}${next}\n`)
  })
}

export function pathOf(name: string, what: string): string {
  return `/v1/jobs/${encodeURIComponent(name)}/${what}`
}
