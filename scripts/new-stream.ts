// `npm run new:stream <name>`: begins a stream, or brings the SQL of one that was begun level with its declaration.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { Stream } from '../src/core/stream/index.ts'
import { tableOf } from '../src/lake/streams/tables.ts'
import { faultsOf } from './streams/faults.ts'
import { addedSql, columnsIn, plainType, silverColumns, silverFiles } from './streams/silver-sql.ts'
import { declarationText, nameFault, streamName, testText } from './streams/templates.ts'
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
 * Writes the files of a new stream, its test and its line in the list; of one that is there already, its SQL alone: its table anew
 * or, where others may have that already, a file that adds the new columns to it.
 * @param root the checkout; the declaration's imports are resolved from there
 * @param isCommitted whether others may have the file
 * @throws {Error} where the declaration is not found under the stream's name, or says what can't be
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
  const faults = faultsOf(stream, named.name)
  if (faults.length > 0) throw new Error(`${index}:\n${faults.map(fault => `  ${fault}`).join('\n')}`)
  const table = join(folder, 'sql/01_silver.sql')
  const isMade = existsSync(table) && isCommitted(table)
  for (const [name, text] of Object.entries(silverFiles(stream)))
    if (!isMade || join(folder, name) !== table) write(join(folder, name), text)
  if (!isMade) return { written, kept, isNew }
  const { file, there } = columnsMade(stream, join(folder, 'sql'), isCommitted)
  const declared = new Map(silverColumns(stream).map(([name, type]) => [name, plainType(type)]))
  if ([...there].some(([name, type]) => declared.get(name) !== type)) kept.push(table.slice(root.length + 1))
  else if (declared.size > there.size) write(file, addedSql(stream, new Set(there.keys())))
  return { written, kept, isNew }
}

/** The columns that a stream's table has by what others may have, and the file that is to add the rest. */
function columnsMade(
  stream: Stream,
  folder: string,
  isCommitted: (path: string) => boolean,
): { readonly file: string; readonly there: ReadonlyMap<string, string> } {
  const files = readdirSync(folder).filter(name => /^\d+_\w+\.sql$/.test(name))
  const draft = files.find(name => /^\d+_fields\.sql$/.test(name) && !isCommitted(join(folder, name)))
  const columns = files
    .filter(name => name !== draft)
    .flatMap(name => columnsIn(readFileSync(join(folder, name), 'utf8'), tableOf(stream)))
  const last = Math.max(...files.map(name => Number.parseInt(name, 10)))
  return {
    file: join(folder, draft ?? `${String(last + 1).padStart(2, '0')}_fields.sql`),
    there: new Map(columns.map(([name, type]) => [name, plainType(type)])),
  }
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
  const { named, kind, help } = given()
  if (named === null || help) {
    process.stderr.write(`${USAGE}\nA name is of a–z, 0–9 and single "-" between words, e.g. air-quality.\n`)
    return help ? 0 : 2
  }
  const isThere = existsSync(join(ROOT, 'src/streams', named.name))
  const fault = isThere
    ? kind === undefined
      ? null
      : `${named.name} is there already: what "there once" means is said by once in its index.ts.`
    : nameFault(named)
  if (fault !== null) {
    process.stderr.write(`${fault}\n`)
    return 2
  }
  try {
    told(named, await newStream(ROOT, named, kind ?? 'first', isCommitted))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
  return 0
}

function given(): { readonly named: StreamName | null; readonly kind?: Kind; readonly help: boolean } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { kind: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
    })
    const { kind, help } = values
    const named = positionals.length === 1 ? streamName(positionals[0] ?? '') : null
    if (kind === undefined) return { named, help }
    return isKind(kind) ? { named, kind, help } : { named: null, help }
  } catch {
    return { named: null, help: false }
  }
}

function told(named: StreamName, { written, kept, isNew }: Written): void {
  for (const path of written) process.stderr.write(`${path}\n`)
  for (const path of kept)
    process.stderr.write(
      `${path} is committed and stays as it is, though the declaration says otherwise now: a lake may have applied it. A field that was released is not renamed, retyped or taken away; a view is edited by hand.\n`,
    )
  const next = isNew
    ? `Begun. Next: the fields in src/streams/${named.name}/index.ts, then npm run new:stream ${named.name} again; docs/streams.md says more.`
    : written.length + kept.length === 0
      ? 'The SQL is level with the declaration.'
      : 'A lake that has applied another text of a numbered file is refused: try it in a new folder. Once they are committed, a new field becomes a file of its own.'
  process.stderr.write(`${next}\n`)
}

function isCommitted(path: string): boolean {
  return spawnSync('git', ['cat-file', '-e', `HEAD:./${basename(path)}`], { cwd: dirname(path) }).status === 0
}

const isKind = (kind: string): kind is Kind => ['first', 'latest', 'every'].includes(kind)

if (import.meta.main) process.exitCode = await main()
