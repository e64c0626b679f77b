import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { clientEnvironment, describeMistake, inspectConfig, Secret } from '../../core/config/index.ts'
import type { Config, ConfigSources } from '../../core/config/index.ts'
import { ConfigError, UsageError } from '../../core/errors.ts'
import { Client, RefusedError, UnreachableError } from './client.ts'
import { paint } from './output.ts'
import type { Shell } from './shell.ts'

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

type Mode = Config['simulation']['mode']

const FOLDER: Readonly<Record<Mode, string>> = { profile: 'demo', off: 'city' }

/**
 * Runs a command against the system that is running, else against one that this process starts for it under the data
 * folder's lock and stops afterwards.
 *
 * @param purpose `write` brings real readings or sensors: without any configuration it goes to the real city, not the demo
 * @throws {ConfigError} when the configuration has mistakes
 * @throws {UnreachableError} when `--url` does not answer or the secret can't be read
 */
export async function withServer<T>(
  shell: Shell,
  flags: ServerFlags,
  purpose: 'read' | 'write',
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const remote = remoteClient(shell, flags)
  if (remote) return use({ client: remote, folder: null, own: false })

  const sources = configSources(shell, flags)
  const { config, explicitMode, file } = settle(sources)
  const dataDir = config.data.dir
  const mode = config.simulation.mode
  const modes: Mode[] = explicitMode ? [mode] : mode === 'off' ? ['off', 'profile'] : ['profile', 'off']
  for (const one of modes) {
    const folder = join(dataDir, FOLDER[one])
    const client = await localClient(folder)
    if (client) return use({ client, folder, own: false })
  }

  const chosen = explicitMode || file !== null ? mode : modeWithoutServer(dataDir, purpose)
  const own = settle({ ...sources, flags: { ...sources.flags, 'simulation.mode': chosen } }).config
  note(shell, `No server is running: working on ${join(dataDir, FOLDER[chosen])} directly.`)
  const system = await shell.startSystem(own, { mode: 'command', onProgress: line => note(shell, line) })
  try {
    const client = new Client({ socketPath: shorter(system.controlSocket) }, adminSecret(system.folder))
    return await use({ client, folder: system.folder, own: true })
  } finally {
    await system.stop()
  }
}

/** A server that is alive answers its health check within this time even under load. */
const ANSWER_WITHIN_MS = 10_000

/** Where the configuration of a command comes from. */
export function configSources(
  shell: Shell,
  flags: Pick<ServerFlags, 'data' | 'config' | 'simulate'>,
): ConfigSources & { readonly flags: Readonly<Record<string, unknown>> } {
  return {
    cwd: shell.cwd,
    env: shell.env,
    file: flags.config,
    flags: { 'data.dir': flags.data, 'simulation.mode': flags.simulate },
  }
}

/** A line for the person at the terminal; never on stdout. */
export function note(shell: Shell, text: string): void {
  shell.stderr.write(`${paint(shell.stderr, 'dim', text, shell.env)}\n`)
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

function settle(sources: ConfigSources): { config: Config; explicitMode: boolean; file: string | null } {
  const { config, mistakes, given, file } = inspectConfig(sources)
  if (!config)
    throw new ConfigError(`The configuration is wrong:\n${mistakes.map(describeMistake).join('\n')}`)
  const from = given.get('simulation.mode')?.from
  return { config, explicitMode: from === 'flag' || from === 'environment', file }
}

/** A client for the system of this folder, if one answers. */
async function localClient(folder: string): Promise<Client | null> {
  const socketPath = join(folder, 'control.sock')
  if (!existsSync(socketPath)) return null
  try {
    const client = new Client({ socketPath: shorter(socketPath) }, null)
    const answer = await client.send('GET', '/healthz', { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    answer.resume()
  } catch (error) {
    if (error instanceof UnreachableError) return null
    if (error instanceof DOMException && error.name === 'TimeoutError') {
      throw new UnreachableError(`The server of ${folder} is there but does not answer.`, { cause: error })
    }
    // A refusal is an answer: it lives.
    if (!(error instanceof RefusedError)) throw error
  }
  return new Client({ socketPath: shorter(socketPath) }, adminSecret(folder))
}

/** Demo or city, when nobody said and nobody runs: real data goes to the city; else the one that has data. */
function modeWithoutServer(dataDir: string, purpose: 'read' | 'write'): Mode {
  if (purpose === 'write') return 'off'
  const hasCity = existsSync(join(dataDir, FOLDER.off))
  return hasCity && !existsSync(join(dataDir, FOLDER.profile)) ? 'off' : 'profile'
}

function adminSecret(folder: string): Secret {
  const path = join(folder, 'admin.secret')
  try {
    return new Secret(readFileSync(path, 'utf8').trim())
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new UnreachableError(
      `The administrator's secret ${path} can't be read (${reason}); run this as the user the server runs as.`,
      { cause },
    )
  }
}

/** A socket's path may have about 100 bytes; seen from here it may be short enough. */
function shorter(path: string): string {
  const here = relative(process.cwd(), path)
  return here.length < path.length ? here : path
}
