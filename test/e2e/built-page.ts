import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'

const WEB = join(import.meta.dirname, '../../web')

/** Builds the page unless web/dist is newer than every source of it. */
export async function ensureBuilt(): Promise<void> {
  const built = join(WEB, 'dist/index.html')
  const contract = join(import.meta.dirname, '../../src/serve/contract')
  if (existsSync(built) && statSync(built).mtimeMs > Math.max(newest(join(WEB, 'src')), newest(contract)))
    return
  await build({ configFile: join(WEB, 'vite.config.ts'), logLevel: 'error' })
}

function newest(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return Math.max(...files.map(name => statSync(join(folder, name)).mtimeMs))
}
