import { readFileSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'
import type { ChildReport } from './child.ts'

// Runs the DuckDB script on two threads over a new database file: run by child.ts, told the NDJSON file and the database.
const [file, database] = process.argv.slice(2)
if (file === undefined || database === undefined)
  throw new Error('duckdb.ts wants the NDJSON file and the database')

const sql = (name: string) => readFileSync(new URL(`./${name}.sql`, import.meta.url), 'utf8')
const statements = sql('duckdb')
  .replaceAll('{file}', file.replaceAll("'", "''"))
  .replaceAll('{measures}', sql('duckdb_measures'))
  .replace(/^--.*$/gm, '')
  .split(';')
  .map(statement => statement.trim())
  .filter(statement => statement !== '')

const instance = await DuckDBInstance.create(database, {
  threads: '2',
  memory_limit: '4GB',
  preserve_insertion_order: 'false',
})
const connection = await instance.connect()
const stagesMs: Record<string, number> = {}
const started = performance.now()
for (const statement of statements) {
  const begun = performance.now()
  await connection.run(statement)
  stagesMs[/CREATE TABLE (\w+)/.exec(statement)?.[1] ?? 'checkpoint'] = performance.now() - begun
}
const ms = performance.now() - started
const counted = await connection.runAndReadAll('SELECT count(*)::INTEGER FROM silver')
const rows = Number(counted.getRows()[0]?.[0])
// The parent reads what this process has used, and lets it go.
process.once('message', () => {
  connection.closeSync()
  instance.closeSync()
  process.disconnect()
})
process.send?.({ ms, rows, stagesMs } satisfies ChildReport)
