import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { z } from 'zod'
import { Secret } from '../../../core/config/index.ts'
import type { Config } from '../../../core/config/index.ts'
import { Client, RefusedError, UnreachableError } from './index.ts'

export type Mode = Config['simulation']['mode']

/** The folder of each mode below a data folder. */
export const FOLDER: Readonly<Record<Mode, string>> = { profile: 'demo', off: 'city' }

/** A system that runs on a folder of this machine. */
export interface RunningCity {
  readonly mode: Mode
  readonly folder: string
  readonly client: Client
  /** As its server said when it began to listen; null for one that only a command runs. */
  readonly city: string | null
  readonly url: string | null
}

/** What a server leaves in its folder while it listens: `app/serving.ts`. */
const Serving = z.object({ city: z.string(), url: z.string() })

/** A server that is alive answers its health check within this time even under load. */
const ANSWER_WITHIN_MS = 10_000

/** The systems that answer below a data folder, of these modes, in their order. */
export async function runningCities(dataDir: string, modes: readonly Mode[]): Promise<RunningCity[]> {
  const found: RunningCity[] = []
  for (const mode of modes) {
    const folder = join(dataDir, FOLDER[mode])
    const client = await localClient(folder)
    if (client !== null) found.push({ mode, folder, client, ...servingIn(folder) })
  }
  return found
}

/** `--data` may name the data folder, or the folder of one city in it, which says the mode too. */
export function dataFolderOf(path: string, cwd: string): { dir: string; mode: Mode | undefined } {
  const whole = resolve(cwd, path)
  const mode = (Object.keys(FOLDER) as Mode[]).find(one => FOLDER[one] === basename(whole))
  const isOfOneCity = mode !== undefined && CITY_FILES.some(name => existsSync(join(whole, name)))
  return isOfOneCity ? { dir: dirname(whole), mode } : { dir: path, mode: undefined }
}

/** What only the folder of one city holds. */
const CITY_FILES = ['arterial.lock', 'format.json', 'checkpoint.json', 'segments', 'log', 'admin.secret']

/** A folder as a person at `cwd` would write it. */
export function shown(folder: string, cwd: string): string {
  const near = relative(cwd, folder)
  return near !== '' && !near.startsWith('..') ? near : folder
}

/**
 * A client for the system of this folder with the administrator's secret, which is read anew for each request: a server
 * that was restarted has another.
 */
export function clientOf(folder: string, socketPath = join(folder, 'control.sock')): Client {
  return new Client({ socketPath: shorter(socketPath) }, () => adminSecret(folder))
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
  // Who may not read it is told so now.
  adminSecret(folder)
  return clientOf(folder)
}

function servingIn(folder: string): { city: string | null; url: string | null } {
  try {
    return Serving.parse(JSON.parse(readFileSync(join(folder, 'serving.json'), 'utf8')))
  } catch {
    return { city: null, url: null }
  }
}

function adminSecret(folder: string): Secret {
  const path = join(folder, 'admin.secret')
  try {
    return new Secret(readFileSync(path, 'utf8').trim())
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause)
    const words =
      reason === 'ENOENT'
        ? `The server of ${folder} has been stopped (${path} is gone).`
        : `The administrator's secret ${path} can't be read (${reason}); run this as the user the server runs as.`
    throw new UnreachableError(words, { cause })
  }
}

/** A socket's path may have about 100 bytes; seen from here it may be short enough. */
function shorter(path: string): string {
  const here = relative(process.cwd(), path)
  return here.length < path.length ? here : path
}
