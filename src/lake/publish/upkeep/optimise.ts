import { mkdir, rm, writeFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Add, DeltaColumn } from '../../delta/index.ts'
import type { Asked } from '../asked/asked.ts'
import type { Publication } from '../publication.ts'
import { TAG } from '../publication.ts'
import { partitionName, rowsOf } from '../rows.ts'
import { HOURS_BY } from '../units.ts'

/** Files are put together up to this, as readers like them. */
const GOOD_BYTES = 128 * 2 ** 20
/** A file of at least this is good as it is. */
const FINE_BYTES = 96 * 2 ** 20
/** Hours of these newest days may still be replaced one by one. */
const RECENT_DAYS = 5

export interface OptimiseDeps {
  readonly asked: Asked
  readonly store: { get(key: string): Promise<Buffer | null> }
  /** A folder on this machine for files on their way. */
  readonly folder: string
  readonly signal: AbortSignal
}

export interface Optimised {
  readonly before: number
  readonly after: number
}

/**
 * Puts small files of each partition together, in one commit for each: the rows are the same, and readers of older versions find the
 * old files until a vacuum.
 */
export async function optimise(publication: Publication, deps: OptimiseDeps): Promise<Optimised> {
  await publication.refresh()
  const sum = { before: 0, after: 0 }
  for (const files of groupsOf(publication)) {
    deps.signal.throwIfAborted()
    const made = await together(publication, files, deps)
    await publication.commit({
      ...{ operation: 'OPTIMIZE', columns: publication.ownColumns, position: publication.position },
      ...{ partitionColumns: publication.partitionColumns, add: [made], remove: files, dataChange: false },
    })
    sum.before += files.length
    sum.after += 1
  }
  return sum
}

/** Small files that go into one, of one partition each. */
function groupsOf({ table, files }: Publication): Add[][] {
  const { growth } = table
  if (growth.kind === 'whole') return []
  const by = growth.kind === 'hours' ? HOURS_BY : partitionName(growth)
  const parts = Map.groupBy(files.values(), file => file.partitionValues[by] ?? '')
  const names = [...parts.keys()].sort()
  const old = growth.kind === 'hours' ? names.slice(0, Math.max(0, names.length - RECENT_DAYS)) : names
  return old.flatMap(name => groupsOfPart(parts.get(name) ?? []))
}

function groupsOfPart(files: readonly Add[]): Add[][] {
  const groups: Add[][] = []
  let [group, bytes]: [Add[], number] = [[], 0]
  const small = files
    .filter(({ size }) => size < FINE_BYTES)
    .sort((a, b) => a.modificationTime - b.modificationTime)
  for (const file of small) {
    if (bytes + file.size > GOOD_BYTES) {
      groups.push(group)
      ;[group, bytes] = [[], 0]
    }
    group.push(file)
    bytes += file.size
  }
  groups.push(group)
  return groups.filter(({ length }) => length > 1)
}

async function together(publication: Publication, files: readonly Add[], deps: OptimiseDeps): Promise<Add> {
  const { asked, store, folder } = deps
  const own = join(folder, randomUUID())
  await mkdir(own, { recursive: true, mode: 0o700 })
  try {
    for (const [i, file] of files.entries()) {
      const bytes = await store.get(`${publication.table.path}/${file.path}`)
      if (bytes === null)
        throw new Error(`${publication.table.path}/${file.path} is gone: 'arterial tables verify' tells more`)
      await writeFile(join(own, `in-${String(i).padStart(6, '0')}.parquet`), bytes, { mode: 0o600 })
    }
    const columns = publication.ownColumns
    const order = columns.some(({ name }) => name === 'position') ? 'position' : '1, 2'
    await asked.write(
      `INSERT INTO FUNCTION file({out:String}, 'Parquet') SELECT * FROM file({in:String}, 'Parquet', {structure:String}) ORDER BY ${order}`,
      { out: join(own, 'out.parquet'), in: join(own, 'in-*.parquet'), structure: structureOf(columns) },
    )
    const rows = files.reduce((sum, file) => sum + rowsOf(file), 0)
    const tags = printOf(files)
    const partition = files[0]?.partitionValues ?? {}
    const made = await publication.putFile({ path: join(own, 'out.parquet'), partition, tags })
    if (rowsOf(made) !== rows)
      throw new Error(`${publication.table.path}: ${rows} rows were ${rowsOf(made)} when put together`)
    return made
  } finally {
    await rm(own, { recursive: true, force: true })
  }
}

/** What the files say of all their rows together. */
function printOf(files: readonly Add[]): Readonly<Record<string, string>> {
  const prints = files.map(({ tags }) => tags?.[TAG.rows] ?? null)
  if (!prints.every(print => print !== null)) return {}
  return { [TAG.rows]: String(prints.reduce((xor, print) => xor ^ BigInt(print), 0n)) }
}

const TYPES: Readonly<Record<string, string>> = {
  integer: 'Int32',
  short: 'Int16',
  long: 'Int64',
  double: 'Float64',
  float: 'Float32',
  boolean: 'Bool',
  date: 'Date32',
  timestamp: "DateTime64(6, 'UTC')",
  string: 'String',
}

/** As the engine says columns of such files: a column that was added later is null in older ones. */
function structureOf(columns: readonly DeltaColumn[]): string {
  return columns
    .map(({ name, type }) => {
      if (type === 'array<string>') return `\`${name}\` Array(String)`
      const plain = TYPES[type] ?? type.replace(/^decimal\((\d+),(\d+)\)$/, 'Decimal($1, $2)')
      return `\`${name}\` Nullable(${plain})`
    })
    .join(', ')
}
