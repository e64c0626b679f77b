import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { clientEnvironment, describeMistake, inspectConfig, Secret } from '../../../core/config/index.ts'
import type { Config, ConfigSources } from '../../../core/config/index.ts'
import { ConfigError, UsageError } from '../../../core/errors.ts'
import { clientOf, dataFolderOf, FOLDER, runningCities, shown } from './cities.ts'
import type { Mode, RunningCity } from './cities.ts'
import { Client, UnreachableError } from './index.ts'
import { printableLines } from '../../../core/text/printable.ts'
import { paint, printable } from '../output.ts'
import type { Shell } from '../shell.ts'

/** Flags of every command that talks to a running system. */
export interface ServerFlags {
  readonly url?: string
  readonly token?: string
  readonly data?: string
  readonly config?: string
  readonly simulate?: string
  readonly json?: boolean
}

export interface Connection {
  readonly client: Client
  /** The folder of the system below the data folder, where a command may keep its own state; null with `--url`. */
  readonly folder: string | null
  /** This process runs the system: what is not loaded when the command ends waits for the next start. */
  readonly own: boolean
}

/**
 * Runs a command against the system that is running, else against one that this process starts for it under the data
 * folder's lock and stops afterwards. Which city, folder and address it is stands on stderr.
 *
 * @param purpose `write` brings real readings or sensors: without any configuration it goes to the real city, not the
 *   demo; `read` never makes a folder
 * @throws {ConfigError} when the configuration has mistakes
 * @throws {UsageError} when more than one city could be meant
 * @throws {UnreachableError} when `--url` does not answer, the secret can't be read, or there is nothing to read
 */
export async function withServer<T>(
  shell: Shell,
  flags: ServerFlags,
  purpose: 'read' | 'write',
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const remote = remoteClient(shell, flags)
  if (remote) {
    note(shell, remote.name)
    return use({ client: remote, folder: null, own: false })
  }

  const sources = configSources(shell, flags)
  const { config, isNamed, file } = settle(sources)
  const dataDir = config.data.dir
  const mode = config.simulation.mode
  const modes: Mode[] = isNamed ? [mode] : mode === 'off' ? ['off', 'profile'] : ['profile', 'off']
  const running = await runningCities(dataDir, modes)
  if (running.length > 1) throw severalRun(running, shell)
  if (running[0] !== undefined) {
    const { client, folder } = running[0]
    note(shell, nameOf(running[0], shell))
    return use({ client, folder, own: false })
  }

  const chosen = isNamed || file !== null ? mode : modeWithoutServer(dataDir, purpose, shell)
  const folder = join(dataDir, FOLDER[chosen])
  if (purpose === 'read' && !existsSync(folder)) {
    throw new UnreachableError(
      `No server is running, and there is no data in ${shown(folder, shell.cwd)}. \`arterial start\` begins a city; --data names another folder.`,
    )
  }
  return withOwn(
    shell,
    settle({ ...sources, flags: { ...sources.flags, 'simulation.mode': chosen } }).config,
    use,
  )
}

async function withOwn<T>(
  shell: Shell,
  config: Config,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const folder = shown(join(config.data.dir, FOLDER[config.simulation.mode]), shell.cwd)
  note(
    shell,
    `${printable(config.city.name)} · ${folder} · no server is running: working on the folder directly`,
  )
  const system = await shell.startSystem(config, { mode: 'command', onProgress: line => note(shell, line) })
  try {
    const client = clientOf(system.folder, system.controlSocket)
    return await use({ client, folder: system.folder, own: true })
  } finally {
    await system.stop()
  }
}

/** Where the configuration of a command comes from. */
export function configSources(
  shell: Shell,
  flags: Pick<ServerFlags, 'data' | 'config' | 'simulate'>,
): ConfigSources & { readonly flags: Readonly<Record<string, unknown>> } {
  const { dir, mode } = flags.data === undefined ? {} : dataFolderOf(flags.data, shell.cwd)
  if (mode !== undefined && flags.simulate !== undefined && flags.simulate !== mode) {
    throw new UsageError(
      `--data ${flags.data ?? ''} is the folder of ${mode === 'off' ? 'a real city' : 'the demo'}, but --simulate says ${flags.simulate}; leave one of them out.`,
    )
  }
  return {
    cwd: shell.cwd,
    env: shell.env,
    file: flags.config,
    flags: { 'data.dir': dir, 'simulation.mode': flags.simulate ?? mode },
  }
}

/** A line for the person at the terminal; never on stdout. */
export function note(shell: Shell, text: string): void {
  shell.stderr.write(`${paint(shell.stderr, 'dim', printableLines(text), shell.env)}\n`)
}

function remoteClient(shell: Shell, flags: ServerFlags): Client | null {
  const environment = clientEnvironment(shell.env)
  const url = flags.url ?? environment.url
  if (url === null) return null
  if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
    throw new UsageError(`"${url}" is no address of a server; write it like http://localhost:8080.`)
  }
  return new Client({ url }, flags.token === undefined ? environment.token : new Secret(flags.token))
}

/** @returns isNamed: the flags, the environment or the file say which of the cities is meant */
function settle(sources: ConfigSources): { config: Config; isNamed: boolean; file: string | null } {
  const { config, mistakes, given, file } = inspectConfig(sources)
  if (!config)
    throw new ConfigError(`The configuration is wrong:\n${mistakes.map(describeMistake).join('\n')}`)
  return { config, isNamed: given.has('simulation.mode'), file }
}

/** `Testville · data/city · http://localhost:8080` */
function nameOf({ city, folder, url }: RunningCity, shell: Shell): string {
  return [city === null ? null : printable(city), shown(folder, shell.cwd), url ?? 'no address']
    .filter(part => part !== null)
    .join(' · ')
}

function severalRun(running: readonly RunningCity[], shell: Shell): UsageError {
  const lines = running.map(
    one =>
      `  --data ${shown(one.folder, shell.cwd)}   ${nameOf(one, shell)}${one.mode === 'profile' ? ' (simulated)' : ''}`,
  )
  return new UsageError(`${running.length} cities run here; say which one is meant:\n${lines.join('\n')}`)
}

/** Demo or city, when nobody said and nobody runs: real data goes to the city; else the one that has data. */
function modeWithoutServer(dataDir: string, purpose: 'read' | 'write', shell: Shell): Mode {
  if (purpose === 'write') return 'off'
  const [city, demo] = [join(dataDir, FOLDER.off), join(dataDir, FOLDER.profile)]
  if (existsSync(city) && existsSync(demo)) {
    throw new UsageError(
      `No server is running, and two cities have data here; say which one is meant:\n  --data ${shown(demo, shell.cwd)}   the demo (simulated)\n  --data ${shown(city, shell.cwd)}   the real city`,
    )
  }
  return existsSync(city) ? 'off' : 'profile'
}
