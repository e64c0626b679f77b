import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'

const WEB = join(import.meta.dirname, '../../web')

/** Before the tests in a browser: builds the page unless web/dist is newer than every source of it. */
export async function setup(): Promise<void> {
  const built = join(WEB, 'dist/index.html')
  const contract = join(import.meta.dirname, '../../src/serve/contract')
  if (existsSync(built) && statSync(built).mtimeMs > Math.max(newest(join(WEB, 'src')), newest(contract)))
    return
  // Vitest says "test", of which Vite would make a development build: larger, and in React's strict mode.
  const before = process.env['NODE_ENV']
  process.env['NODE_ENV'] = 'production'
  await build({ configFile: join(WEB, 'vite.config.ts'), logLevel: 'error' })
  if (before === undefined) delete process.env['NODE_ENV']
  else process.env['NODE_ENV'] = before
}

function newest(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return Math.max(...files.map(name => statSync(join(folder, name)).mtimeMs))
}
