// `npm run new:stream <name>`: begins a stream, or brings the SQL of one that was begun level with its declaration.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { Stream } from '../src/core/stream/index.ts'
import { silverFiles } from './streams/silver-sql.ts'
import { declarationText, streamName, testText } from './streams/templates.ts'
import type { Kind, StreamName } from './streams/templates.ts'

const ROOT = resolve(import.meta.dirname, '..')
const USAGE = `npm run new:stream <name> [-- --kind first|latest|every]
  first    observations: one for each key and time (the default)
  latest   things: each version is kept, the newest counts
  every    happenings: each is kept, equal ones once`

/** What was written, as paths below the root. */
export interface Written {
  readonly written: readonly string[]
  /** What would be other now, but may be applied somewhere: it stays as it is. */
  readonly kept: readonly string[]
  /** It was begun now. */
  readonly isNew: boolean
}

/**
 * Writes the files of a new stream, its test and its line in the list; of one that is there already, its SQL alone.
 * @param root the checkout; the declaration's imports are resolved from there
 * @param isCommitted whether others may have the file
 * @throws {Error} where the declaration is not found under the stream's name
 */
export async function newStream(
  root: string,
  named: StreamName,
  kind: Kind,
  isCommitted: (path: string) => boolean,
): Promise<Written> {
  const folder = join(root, 'src/streams', named.name)
  const index = join(folder, 'index.ts')
  const isNew = !existsSync(index)
  const written: string[] = []
  const kept: string[] = []
  const write = (path: string, text: string) => {
    if (existsSync(path) && readFileSync(path, 'utf8') === text) return
    if (path.endsWith('.sql') && existsSync(path) && isCommitted(path)) {
      kept.push(path.slice(root.length + 1))
      return
    }
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    written.push(path.slice(root.length + 1))
  }
  if (isNew) {
    write(index, declarationText(named, kind))
    write(join(root, 'test/streams', `${named.name}.test.ts`), testText(named))
    const list = join(root, 'src/streams/list.ts')
    write(list, listed(readFileSync(list, 'utf8'), named))
  }
  const module = (await import(`${pathToFileURL(index).href}?at=${Date.now()}`)) as Record<string, unknown>
  const stream = module[named.identifier] as Stream | undefined
  if (stream === undefined)
    throw new Error(
      `${index} exports no ${named.identifier}: that is what the stream ${named.name} is called there`,
    )
  for (const [name, text] of Object.entries(silverFiles(stream))) write(join(folder, name), text)
  return { written, kept, isNew }
}

/** The list with one line more, in order. */
export function listed(text: string, { name, identifier }: StreamName): string {
  const lines = text.trimEnd().split('\n')
  const line = `export { ${identifier} } from './${name}/index.ts'`
  if (lines.includes(line)) return text
  const comments = lines.filter(one => !one.startsWith('export '))
  const exports = [...lines.filter(one => one.startsWith('export ')), line]
  const folderOf = (one: string) => /'\.\/(.+)\/index\.ts'/.exec(one)?.[1] ?? ''
  exports.sort((a, b) => (folderOf(a) < folderOf(b) ? -1 : 1))
  return `${[...comments, ...exports].join('\n')}\n`
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { kind: { type: 'string', default: 'first' } },
  })
  const named = streamName(positionals[0] ?? '')
  const { kind } = values
  if (named === null || positionals.length !== 1 || !isKind(kind)) {
    process.stderr.write(`${USAGE}\nA name is of a–z, 0–9 and single "-" between words, e.g. air-quality.\n`)
    return 2
  }
  const { written, kept, isNew } = await newStream(ROOT, named, kind, isCommitted)
  for (const path of written) process.stderr.write(`${path}\n`)
  for (const path of kept)
    process.stderr.write(
      `${path} is committed and stays as it is: a lake may have applied it. For a new field, write a numbered file beside it with ALTER TABLE … ADD COLUMN; a view is edited by hand.\n`,
    )
  process.stderr.write(
    isNew
      ? `Begun. Next: the fields in src/streams/${named.name}/index.ts, then npm run new:stream ${named.name} again; docs/streams.md says more.\n`
      : written.length + kept.length === 0
        ? 'The SQL is level with the declaration.\n'
        : 'Once a lake has applied it, 01_silver.sql is never edited again: a new field is a file of its own.\n',
  )
  return 0
}

function isCommitted(path: string): boolean {
  return spawnSync('git', ['cat-file', '-e', `HEAD:./${basename(path)}`], { cwd: dirname(path) }).status === 0
}

const isKind = (kind: string): kind is Kind => ['first', 'latest', 'every'].includes(kind)

if (import.meta.main) process.exitCode = await main()
