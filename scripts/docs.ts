// `npm run docs`: writes the generated pages of docs/reference. A test compares them with what stands there.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { configurationReference } from '../src/core/config/index.ts'
import { apiReference } from './docs/api.ts'
import { cliReference } from './docs/cli.ts'
import { errorReference } from './docs/errors.ts'
import { quarantineReference } from './docs/quarantine.ts'
import { streamReference } from './docs/streams.ts'
import { streams } from '../src/streams/index.ts'

const FOLDER = join(import.meta.dirname, '../docs/reference')

/** Every generated page by its path. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  const pages: Record<string, string> = {
    'configuration.md': configurationReference(),
    'cli.md': cliReference(),
    'errors.md': errorReference(),
    'quarantine.md': quarantineReference(),
    'api.md': await apiReference(),
    ...streamReference(streams),
  }
  return new Map(Object.entries(pages).map(([name, text]) => [join(FOLDER, name), text]))
}

if (import.meta.main) {
  for (const [path, text] of await referencePages()) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    process.stderr.write(`${path}\n`)
  }
}
