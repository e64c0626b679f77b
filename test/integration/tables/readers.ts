import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pythonWith } from '../../python.ts'

const python = pythonWith(['deltalake', 'pyarrow', 'duckdb', 'duckdb_ext'])

/** What to say where delta-rs and DuckDB (with its extension for Delta) are missing; null where they are there. */
export const readersMissing =
  python === null
    ? 'needs delta-rs and DuckDB: python3 -m venv .venv && .venv/bin/pip install -r test/integration/tables/requirements.txt'
    : null

export type Reader = 'delta-rs' | 'duckdb'

/** Where others find tables. */
export interface TablesPlace {
  /** A folder, `s3://bucket/prefix` or `az://container/prefix`. */
  readonly base: string
  /** As its documentation names them. @default none */
  readonly options?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  /** @default delta-rs; DuckDB reads folders only, since its extensions for buckets are others */
  readonly reader?: Reader
}

/** What others read of tables below a place: the rows of each, in order of some columns. */
export function readByOthers(
  { base, options = {}, env = {}, reader = 'delta-rs' }: TablesPlace,
  tables: readonly (readonly [path: string, order: readonly string[]])[],
): Record<string, unknown>[][] {
  const { status, stdout, stderr } = spawnSync(
    python ?? '',
    [join(import.meta.dirname, 'read_rows.py'), reader, base, JSON.stringify(options)],
    {
      ...{ maxBuffer: 2 ** 28, encoding: 'utf8' },
      env: { ...process.env, ...env },
      input: JSON.stringify(tables),
    },
  )
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as Record<string, unknown>[][]
}

const WRITES = {
  compact: 'table.optimize.compact()',
  update: "table.update(updates={'district': \"'theirs'\"})",
} as const

/** Has delta-rs change a table as another program would. */
export function writeByDeltaRs(
  { base, options = {}, env = {} }: TablesPlace,
  path: string,
  what: keyof typeof WRITES,
): void {
  const open = 'table = DeltaTable(sys.argv[1], storage_options=json.loads(sys.argv[2]))'
  const script = `import json, sys\nfrom deltalake import DeltaTable\n${open}\n${WRITES[what]}`
  const { status, stderr } = spawnSync(
    python ?? '',
    ['-c', script, `${base}/${path}`, JSON.stringify(options)],
    { encoding: 'utf8', env: { ...process.env, ...env } },
  )
  if (status !== 0) throw new Error(stderr)
}
