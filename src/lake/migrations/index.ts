import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { AppError, NewerDataError } from '../../core/errors.ts'
import { openBronze } from '../bronze/index.ts'
import type { Engine } from '../engine/index.ts'
import type { Stream } from '../../core/stream/index.ts'
import { numberedSqlFiles, sqlFile, sqlStatements, viewFiles } from '../sql-file.ts'
import { tableDdl } from './table.ts'

const HERE = new URL('./', import.meta.url)
const VIEWS = new URL('../views/', import.meta.url)
const LOAD = { session: 'load' } as const
/** A cluster is not claimed before it has been run on one. */
const PLAIN = { replicated: false } as const

/** What every start makes anew, because it holds no rows: views, and the tables over the log's files (`database.name`). */
export function derivedObjects(): string[] {
  const views = numberedSqlFiles(VIEWS).flatMap(
    name => /CREATE OR REPLACE VIEW (\S+)/.exec(sqlFile(new URL(name, VIEWS)))?.[1] ?? [],
  )
  return [...views, 'bronze.segments', 'bronze.frames']
}

/** A migration that was applied has another text now; the lake's tables can't be trusted to match the program. */
export class MigrationChangedError extends AppError {
  readonly code = 'ART_LAKE_MIGRATION_CHANGED'
}

/**
 * Brings the lake's tables to this program's shape: numbered files, each once, with its checksum kept; then every view
 * anew. Every step may be repeated. The caller holds the data folder's lock.
 *
 * @param logDir where the segments are that bronze reads
 * @throws {MigrationChangedError} when an applied file was edited
 * @throws {NewerDataError} when the lake has migrations that this program does not know; nothing is changed then
 */
export async function migrate(
  engine: Engine,
  logDir: string,
  streams: readonly Stream[] = [],
): Promise<void> {
  const steps = [
    ...numberedSqlFiles(HERE).map(name => ({ name, url: new URL(name, HERE) })),
    ...stepsOf(streams),
  ]
  await refuseNewer(engine, new Set(steps.map(({ name }) => name)))
  await engine.exec('CREATE DATABASE IF NOT EXISTS lake', LOAD)
  await engine.exec(
    tableDdl(
      `CREATE TABLE IF NOT EXISTS lake.migrations (name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
       ENGINE = @MergeTree ORDER BY name SETTINGS @durable`,
      PLAIN,
    ),
    LOAD,
  )
  const applied = await engine.query<{ name: string; checksum: string }>(
    'SELECT name, checksum FROM lake.migrations',
    LOAD,
  )
  const known = new Map(applied.map(row => [row.name, row.checksum]))
  for (const { name, url } of steps) await apply(engine, name, url, known.get(name))
  await openBronze(engine, logDir)
  await makeViews(engine)
  for (const { sql } of streams)
    for (const name of viewFiles(sql)) await engine.exec(sqlFile(new URL(name, sql)), LOAD)
}

/** Tables of a newer program would be filled by half: what it knows of them, this one does not. */
async function refuseNewer(engine: Engine, here: ReadonlySet<string>): Promise<void> {
  const tables = await engine.query(
    "SELECT 1 FROM system.tables WHERE database = 'lake' AND name = 'migrations'",
    LOAD,
  )
  if (tables.length === 0) return
  const applied = await engine.query<{ name: string }>('SELECT name FROM lake.migrations ORDER BY name', LOAD)
  const foreign = applied.map(({ name }) => name).filter(name => !here.has(name))
  if (foreign.length === 0) return
  throw new NewerDataError(
    `The lake was shaped by a newer program: this one does not know ${foreign.join(', ')}. Start the newer program, or move lake/ and checkpoint.json of the data folder away to have the lake made anew from the log. Nothing was changed.`,
  )
}

async function apply(engine: Engine, name: string, url: URL, known: string | undefined): Promise<void> {
  const checksum = createHash('sha256').update(readFileSync(url)).digest('hex')
  if (known === checksum) return
  if (known !== undefined) {
    throw new MigrationChangedError(
      `migration ${name} was applied with another text; restore the file and put the change into a new one`,
    )
  }
  for (const statement of sqlStatements(url)) await engine.exec(tableDdl(statement, PLAIN), LOAD)
  await engine.exec(
    'INSERT INTO lake.migrations (name, checksum) VALUES ({name:String}, {checksum:String})',
    {
      ...LOAD,
      params: { name, checksum },
    },
  )
}

/** A stream's tables come with its folder: `<stream>/<file>`. */
function stepsOf(streams: readonly Stream[]): { readonly name: string; readonly url: URL }[] {
  return streams.flatMap(({ name, sql }) =>
    numberedSqlFiles(sql).map(file => ({ name: `${name}/${file}`, url: new URL(file, sql) })),
  )
}

async function makeViews(engine: Engine): Promise<void> {
  const measures = sqlFile(new URL('measures.fragment.sql', VIEWS))
  for (const name of numberedSqlFiles(VIEWS)) {
    await engine.exec(sqlFile(new URL(name, VIEWS)).replace('@measures', measures), LOAD)
  }
}
