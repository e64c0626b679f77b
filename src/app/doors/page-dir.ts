import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const PAGE_DIR = resolve(import.meta.dirname, '../../../web/dist')

/** The folder of the built page; null where it is not built. */
export function builtPage(): string | null {
  return existsSync(join(PAGE_DIR, 'index.html')) ? PAGE_DIR : null
}
