import { join, resolve } from 'node:path'
import { Option } from 'commander'
import type { Command } from 'commander'
import { loadConfig } from '../../../core/config/index.ts'
import type { Config } from '../../../core/config/index.ts'
import { checkZone, zoneWarning } from '../../../core/time/index.ts'
import { lineLog, LOG_LEVELS } from '../../../serve/logging/log-lines.ts'
import type { LineLog } from '../../../serve/logging/log-lines.ts'
import { settingsOfLake } from '../../follow/lake-address.ts'
import { configSources } from '../client/connect.ts'
import { aborted, listening } from '../listening.ts'
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
  readonly lake?: string
  readonly build: boolean
  readonly rebuild: boolean
  readonly json?: boolean
  readonly logFormat?: string
  readonly logLevel?: string
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
      'start --lake delta:/mnt/lake/tables --data copy',
      'start --lake delta:s3://city-lake/tables --data copy',
    ],
  )
  return withFolderFlags(start)
    .option('--port <port>', 'port to listen on; 0 picks a free one', portNumber)
    .option('--host <host>', 'address to listen on')
    .option(
      '--lake delta:<place>',
      'be a copy, to be read, of the city whose open tables are in that folder or bucket (s3://…, abfss://…)',
    )
    .option('--readings-per-minute <n>', 'scale the simulated city to this load', positive)
    .option('--no-build', 'do not build the page, even when it is missing or old')
    .option('--no-rebuild', 'refuse to start on a damaged lake, instead of setting it aside for a new one')
    .addOption(
      new Option('--log-format <format>', 'how the log on stderr is written').choices(['text', 'json']),
    )
    .addOption(new Option('--log-level <level>', 'what is in it').choices([...LOG_LEVELS]))
    .option('--json', 'print {"url": …} as the first line on stdout when ready')
    .action((flags: StartFlags) => run(shell, flags))
}

async function run(shell: Shell, flags: StartFlags): Promise<void> {
  const sources = configSources(shell, flags)
  const write = (line: string) => shell.stderr.write(line)
  // A configuration that can't be read is told in the format that was asked for beside it.
  if ((flags.logFormat ?? shell.env['ARTERIAL_LOG_FORMAT']) === 'json')
    shell.log = lineLog('json', 'info', write)
  const config = loadConfig({
    ...sources,
    flags: {
      ...sources.flags,
      'server.port': flags.port,
      'server.host': flags.host,
      'simulation.readingsPerMinute': flags.readingsPerMinute,
      ...(flags.lake === undefined ? {} : { ...settingsOfLake(flags.lake), 'simulation.mode': 'off' }),
      'log.format': flags.logFormat,
      'log.level': flags.logLevel,
    },
  })
  const { format, level } = config.log
  const log = lineLog(format, level, write)
  shell.log = format === 'json' ? log : undefined
  warnOfZone(config.city.timeZone, log)
  if (flags.build && pageIsStale(CHECKOUT)) {
    log.say('info', 'Building the page…')
    await buildPage(CHECKOUT, shell.signal)
  }
  await runUntilStopped(shell, config, flags, log)
}

/** Local hours are by the zone data this program carries; where Node's say something else, people should know. */
function warnOfZone(timeZone: string, log: LineLog): void {
  const year = new Date().getUTCFullYear()
  const check = checkZone(timeZone, year - 10, year + 2, process.versions['tz'] ?? 'unknown')
  const warning = zoneWarning(timeZone, check)
  if (warning !== null) log.say('warn', warning)
}

/** A lake that was damaged while the system ran is mended by another start, at the same address. */
async function runUntilStopped(shell: Shell, config: Config, flags: StartFlags, log: LineLog): Promise<void> {
  let port = config.server.port
  for (let round = 0; ; round++) {
    const now = { ...config, server: { ...config.server, port } }
    const system = await listening(async () => {
      shell.signal.throwIfAborted()
      return shell.startSystem(now, {
        mode: 'serve',
        onProgress: line => log.say('info', line),
        signal: shell.signal,
        mayRebuild: flags.rebuild,
      })
    })
    if (round === 0) announce(shell, system, config.simulation.mode === 'profile', flags.json === true)
    port = system.url === null ? port : Number(new URL(system.url).port || '80')
    const reason = await Promise.race([aborted(shell.signal), system.broken])
    if (reason === null) log.say('info', 'Finishing what is in hand…')
    else log.say('warn', `The lake was damaged while the system ran: starting again. (${reason})`)
    await system.stop()
    if (reason === null) return
  }
}

function announce(shell: Shell, system: RunningSystem, simulated: boolean, json: boolean): void {
  const { url, publicUrl, biUrl } = system
  if (json) {
    shell.stdout.write(
      `${JSON.stringify({ url, ...(publicUrl === null ? {} : { publicUrl }), ...(biUrl === null ? {} : { biUrl }) })}\n`,
    )
    return
  }
  const what = simulated ? 'The simulated city' : 'Your city'
  const address = paint(shell.stdout, 'bold', url ?? '', shell.env)
  shell.stdout.write(`\n${what} is live at ${address}\n`)
  if (publicUrl !== null) shell.stdout.write(`Citizens read the incident record at ${publicUrl}\n`)
  if (biUrl !== null) shell.stdout.write(`BI tools connect at ${biUrl}, see docs/bi.md\n`)
  shell.stdout.write(`Data in ${join(system.folder)}; Ctrl-C ends it.\n`)
}
