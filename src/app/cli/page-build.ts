import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '../../core/errors.ts'

/** The page could not be built; the message holds what Vite said. */
export class PageBuildError extends AppError {
  readonly code = 'ART_PAGE_BUILD'
}

/** What the built page depends on, below the checkout. */
const SOURCES = [
  'web/src',
  'web/index.html',
  'web/public',
  'web/vite.config.ts',
  'src/serve/contract',
  'package-lock.json',
]

/** Whether the built page is missing or older than anything it was built from. Where its sources are not, as in a container, it stands. */
export function pageIsStale(checkout: string): boolean {
  const built = join(checkout, 'web/dist/index.html')
  if (!existsSync(built)) return true
  if (!existsSync(join(checkout, 'web/src'))) return false
  const builtMs = statSync(built).mtimeMs
  return SOURCES.some(source => newestMs(join(checkout, source)) > builtMs)
}

/**
 * Builds the page beside its place and moves it there when it is whole, so that an interrupted build leaves the old one.
 * @throws {PageBuildError} with Vite's own words
 */
export async function buildPage(checkout: string, signal: AbortSignal): Promise<void> {
  const vite = join(checkout, 'node_modules/vite/bin/vite.js')
  if (!existsSync(vite)) {
    throw new PageBuildError(
      'The page is not built and the packages to build it are missing; run `npm ci` and try again.',
    )
  }
  const fresh = join(checkout, 'node_modules/.cache', `arterial-page-${process.pid}`)
  const dist = join(checkout, 'web/dist')
  mkdirSync(dirname(fresh), { recursive: true })
  try {
    await runVite(
      [vite, 'build', 'web', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'],
      checkout,
      signal,
    )
    rmSync(dist, { recursive: true, force: true })
    renameSync(fresh, dist)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

function runVite(args: string[], cwd: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], signal })
    let said = ''
    const listen = (chunk: Buffer): void => {
      said = (said + chunk.toString('utf8')).slice(-8192)
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.on('error', error => reject(signal.aborted ? (signal.reason as Error) : error))
    child.on('close', code => {
      if (code === 0) resolve()
      else
        reject(new PageBuildError(`The page could not be built (Vite ended with ${code}):\n${said.trim()}`))
    })
  })
}

function newestMs(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return 0
  if (!found.isDirectory()) return found.mtimeMs
  // A folder's own time tells of files that were removed.
  return readdirSync(path).reduce(
    (newest, name) => Math.max(newest, newestMs(join(path, name))),
    found.mtimeMs,
  )
}
