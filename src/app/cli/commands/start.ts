import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { loadConfig } from '../../../core/config/index.ts'
import { AppError } from '../../../core/errors.ts'
import { configSources, note } from '../connect.ts'
import { command, portNumber, positive, withFolderFlags } from '../options.ts'
import { paint } from '../output.ts'
import { buildPage, pageIsStale } from '../page-build.ts'
import type { RunningSystem, Shell } from '../shell.ts'

interface StartFlags {
  readonly port?: number
  readonly host?: string
  readonly data?: string
  readonly config?: string
  readonly simulate?: string
  readonly readingsPerMinute?: number
  readonly build: boolean
  readonly json?: boolean
}

/** The address to listen on can't be had. */
export class ListenError extends AppError {
  readonly code = 'ART_LISTEN'
}

const CHECKOUT = resolve(import.meta.dirname, '../../../..')

export function startCommand(shell: Shell): Command {
  const start = command(
    'start',
    'run the city: page, API, log, lake and (without a configuration) the demo',
    [
      'start',
      'start --port 0 --json',
      'start --simulate off --data /srv/arterial',
      'start --readings-per-minute 1000000',
    ],
  )
  return withFolderFlags(start)
    .option('--port <port>', 'port to listen on; 0 picks a free one', portNumber)
    .option('--host <host>', 'address to listen on')
    .option('--readings-per-minute <n>', 'scale the simulated city to this load', positive)
    .option('--no-build', 'do not build the page, even when it is missing or old')
    .option('--json', 'print {"url": …} as the first line on stdout when ready')
    .action((flags: StartFlags) => run(shell, flags))
}

async function run(shell: Shell, flags: StartFlags): Promise<void> {
  const sources = configSources(shell, flags)
  const config = loadConfig({
    ...sources,
    flags: {
      ...sources.flags,
      'server.port': flags.port,
      'server.host': flags.host,
      'simulation.readingsPerMinute': flags.readingsPerMinute,
    },
  })
  if (flags.build && pageIsStale(CHECKOUT)) {
    note(shell, 'Building the page…')
    await buildPage(CHECKOUT, shell.signal)
  }
  const system = await listen(shell, () =>
    shell.startSystem(config, {
      mode: 'serve',
      onProgress: line => note(shell, line),
      signal: shell.signal,
    }),
  )
  announce(shell, system, config.simulation.mode === 'profile', flags.json === true)
  await aborted(shell.signal)
  note(shell, 'Finishing what is in hand…')
  await system.stop()
}

function announce(shell: Shell, system: RunningSystem, simulated: boolean, json: boolean): void {
  if (json) {
    shell.stdout.write(`${JSON.stringify({ url: system.url })}\n`)
    return
  }
  const what = simulated ? 'The simulated city' : 'Your city'
  const address = paint(shell.stdout, 'bold', system.url ?? '', shell.env)
  shell.stdout.write(`\n${what} is live at ${address}\n`)
  shell.stdout.write(`Data in ${join(system.folder)}; Ctrl-C ends it.\n`)
}

/** @throws {ListenError} for what the operating system says of an address, in words */
async function listen(shell: Shell, start: () => Promise<RunningSystem>): Promise<RunningSystem> {
  try {
    shell.signal.throwIfAborted()
    return await start()
  } catch (error) {
    const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string }
    if (code === 'EADDRINUSE') {
      throw new ListenError(
        `Port ${port} is taken by another program; choose one with --port, or --port 0 for a free one.`,
        {
          cause: error,
        },
      )
    }
    if (code === 'EACCES' && port !== undefined) {
      throw new ListenError(
        `Port ${port} needs more rights than this user has; choose one above 1023 with --port.`,
        {
          cause: error,
        },
      )
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new ListenError(`This machine has no address ${address ?? 'of that name'}; see server.host.`, {
        cause: error,
      })
    }
    throw error
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(done => {
    // The servers keep the process alive; this promise alone would not.
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })
}
