// `npm run new:stream <name>`: begins a stream, or brings the SQL of one that was begun level with its declaration.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { columnOf } from '../src/core/stream/index.ts'
import type { Stream } from '../src/core/stream/index.ts'
import { tableOf } from '../src/lake/streams/tables.ts'
import { faultsOf } from './streams/faults.ts'
import { goldFiles } from './streams/gold-sql.ts'
import { addedSql, columnsIn, plainType, silverColumns, silverFiles } from './streams/silver-sql.ts'
import { declarationText, kinds, nameFault, streamName, testText } from './streams/templates.ts'
import type { Kind, StreamName } from './streams/templates.ts'

const ROOT = resolve(import.meta.dirname, '..')
const USAGE = `npm run new:stream <name> [-- --kind first|latest|every|corrected] [--gold]
  first      observations: one for each key and time, and the first stays (the default)
  latest     things: each version is kept, the newest counts
  every      happenings: each is kept, equal ones once
  corrected  observations of which a later record of the same key and time counts: of latest
  --gold     also gold by hour: mean, lowest and highest of each number`

const KEPT = {
  table:
    'is committed, and the declaration renames, retypes or takes away a column of it: what was released stays. Nothing was written.',
  view: 'is committed and stays as it is: edit it by hand where it lacks a new field, it is made anew at each start.',
}

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
  const write = (path: string, text: string, earlier?: string) => {
    if (existsSync(path) && readFileSync(path, 'utf8') === text) return
    if (path.endsWith('.sql') && existsSync(path) && isCommitted(path)) {
      const there = sqlAlone(readFileSync(path, 'utf8'))
      if (there === sqlAlone(text)) return
      if (earlier === undefined || there !== sqlAlone(earlier)) {
        kept.push(path.slice(root.length + 1))
        return
      }
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
  const stream = await declaration(index, named)
  const table = join(folder, 'sql/01_silver.sql')
  const made =
    existsSync(table) && isCommitted(table) ? columnsMade(stream, join(folder, 'sql'), isCommitted) : null
  const earlier = made === null ? {} : silverFiles(withColumns(stream, made.there))
  for (const [name, text] of Object.entries(silverFiles(stream)))
    if (made === null || join(folder, name) !== table) write(join(folder, name), text, earlier[name])
  if (made === null) return { written, kept, isNew }
  const declared = new Map(silverColumns(stream).map(([name, type]) => [name, plainType(type)]))
  if ([...made.there].some(([name, type]) => declared.get(name) !== type))
    kept.push(table.slice(root.length + 1))
  else if (declared.size > made.there.size) write(made.file, addedSql(stream, new Set(made.there.keys())))
  return { written, kept, isNew }
}

/** The stream as it was while its table had these columns alone. */
function withColumns(stream: Stream, there: ReadonlyMap<string, string>): Stream {
  const fields = Object.entries(stream.fields).filter(([name, field]) =>
    columnOf(name, field).every(column => there.has(column.name)),
  )
  return { ...stream, fields: Object.fromEntries(fields) }
}

/** Without comments, and however it is broken into lines. */
function sqlAlone(text: string): string {
  return text
    .replace(/^\s*--.*$/gm, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/**
 * Writes the files of a table of sums that a stream does not have yet, and its entry in the declaration; of `latest` a view alone.
 * @throws {Error} where the stream has one of that name, or there can be none
 */
export async function newGold(root: string, named: StreamName): Promise<Written> {
  const folder = join(root, 'src/streams', named.name)
  const index = join(folder, 'index.ts')
  const stream = await declaration(index, named)
  const { name, files, entry } = goldFiles(stream, nextNumber(readdirSync(join(folder, 'sql'))))
  const text = readFileSync(index, 'utf8')
  const sqlLine = "  sql: new URL('./sql/', import.meta.url),\n"
  if (entry !== null && (stream.gold !== undefined || !text.includes(sqlLine)))
    throw new Error(`${index} has gold already, or no line ${sqlLine.trim()} to put it behind`)
  const taken = Object.keys(files).find(file => existsSync(join(folder, 'sql', file)))
  if (taken !== undefined) throw new Error(`gold.${name}: ${taken} is there already`)
  for (const [file, sql] of Object.entries(files)) writeFileSync(join(folder, 'sql', file), sql)
  const paths = Object.keys(files).map(file => join(folder, 'sql', file))
  if (entry !== null) {
    writeFileSync(index, text.replace(sqlLine, `${sqlLine}  ${entry}\n`))
    paths.push(index)
  }
  return { written: paths.map(path => path.slice(root.length + 1)), kept: [], isNew: false }
}

async function declaration(index: string, named: StreamName): Promise<Stream> {
  const module = (await import(`${pathToFileURL(index).href}?at=${Date.now()}`)) as Record<string, unknown>
  const stream = module[named.identifier] as Stream | undefined
  if (stream === undefined)
    throw new Error(
      `${index} exports no ${named.identifier}: that is what the stream ${named.name} is called there`,
    )
  const faults = faultsOf(stream, named.name)
  if (faults.length > 0) throw new Error(`${index}:\n${faults.map(fault => `  ${fault}`).join('\n')}`)
  return stream
}

function nextNumber(files: readonly string[]): number {
  return 1 + Math.max(0, ...files.map(name => Number.parseInt(name, 10)).filter(Number.isInteger))
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
  return {
    file: join(folder, draft ?? `${String(nextNumber(files)).padStart(2, '0')}_fields.sql`),
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
  const { named, kind, gold, help } = given()
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
    const done = await newStream(ROOT, named, kind ?? 'first', isCommitted)
    told(
      named,
      gold ? { ...done, written: [...done.written, ...(await newGold(ROOT, named)).written] } : done,
    )
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`)
    return 1
  }
  return 0
}

interface Given {
  readonly named: StreamName | null
  readonly kind?: Kind
  readonly gold: boolean
  readonly help: boolean
}

function given(): Given {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        kind: { type: 'string' },
        gold: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    const { kind, gold, help } = values
    const named = positionals.length === 1 ? streamName(positionals[0] ?? '') : null
    if (kind === undefined) return { named, gold, help }
    return isKind(kind) ? { named, kind, gold, help } : { named: null, gold, help }
  } catch {
    return { named: null, gold: false, help: false }
  }
}

/** Of a mistake in a file also where it is. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error instanceof SyntaxError ? (error.stack ?? '').replace(/\n {4}at [^]*/, '') : error.message
}

function told(named: StreamName, { written, kept, isNew }: Written): void {
  for (const path of written) process.stderr.write(`${path}\n`)
  for (const path of kept) process.stderr.write(`${path} ${KEPT[isView(path) ? 'view' : 'table']}\n`)
  const isLevel = written.length + kept.length === 0
  if (isLevel)
    process.stderr.write(
      `The SQL is level with the declaration. Next: npm run docs writes docs/reference/streams/${named.name}.md, then test/streams/${named.name}.test.ts: npm run test:unit -- test/streams\n`,
    )
  else if (isNew)
    process.stderr.write(
      `Begun. Next: the fields in src/streams/${named.name}/index.ts, then npm run new:stream ${named.name} again; docs/streams.md says more.\n`,
    )
  else if (written.length > 0)
    process.stderr.write(
      'A lake that has applied another text of a numbered file is refused: try it in a new folder. Once they are committed, a new field becomes a file of its own.\n',
    )
}

const isView = (path: string) => basename(path).startsWith('view_')

function isCommitted(path: string): boolean {
  return spawnSync('git', ['cat-file', '-e', `HEAD:./${basename(path)}`], { cwd: dirname(path) }).status === 0
}

const isKind = (kind: string): kind is Kind => (kinds as readonly string[]).includes(kind)

if (import.meta.main) process.exitCode = await main()
