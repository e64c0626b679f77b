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
  const own = numberedSqlFiles(HERE).map(name => ({ name, url: new URL(name, HERE) }))
  const groups = [own, ...streams.map(stepsOf)]
  await refuseNewer(engine, new Set(groups.flat().map(({ name }) => name)))
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
  // In a new lake all that is there belongs together: noted one by one, the notes take as long as the tables.
  for (const steps of known.size === 0 ? [groups.flat()] : groups) await applyAll(engine, steps, known)
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

/** A migration: its name in the lake's list, and its file. */
interface Step {
  readonly name: string
  readonly url: URL
}

/**
 * Applies what is not applied yet. Steps of which none is known make new tables and are noted together, of one instant: a crash
 * before that repeats them. Others are noted one by one, so that an older program never meets a table whose change it can't see.
 */
async function applyAll(
  engine: Engine,
  steps: readonly Step[],
  known: ReadonlyMap<string, string>,
): Promise<void> {
  const isNew = steps.every(({ name }) => !known.has(name))
  const applied: Applied[] = []
  for (const step of steps) {
    const done = await apply(engine, step, known.get(step.name))
    if (done === null) continue
    if (isNew) applied.push(done)
    else await note(engine, [done])
  }
  if (applied.length > 0) await note(engine, applied)
}

interface Applied {
  readonly name: string
  readonly checksum: string
}

/** @returns null where it was applied before */
async function apply(
  engine: Engine,
  { name, url }: Step,
  known: string | undefined,
): Promise<Applied | null> {
  const checksum = createHash('sha256').update(readFileSync(url)).digest('hex')
  if (known === checksum) return null
  if (known !== undefined) {
    throw new MigrationChangedError(
      `migration ${name} was applied with another text; restore the file and put the change into a new one`,
    )
  }
  for (const statement of sqlStatements(url)) await engine.exec(tableDdl(statement, PLAIN), LOAD)
  return { name, checksum }
}

async function note(engine: Engine, applied: readonly Applied[]): Promise<void> {
  const params = {
    names: applied.map(({ name }) => name),
    checksums: applied.map(({ checksum }) => checksum),
  }
  await engine.exec(
    `INSERT INTO lake.migrations (name, checksum)
     SELECT pair.1, pair.2 FROM (SELECT arrayJoin(arrayZip({names:Array(String)}, {checksums:Array(String)})) AS pair)`,
    { ...LOAD, params },
  )
}

/** A stream's tables come with its folder: `<stream>/<file>`. */
function stepsOf({ name, sql }: Stream): Step[] {
  return numberedSqlFiles(sql).map(file => ({ name: `${name}/${file}`, url: new URL(file, sql) }))
}

async function makeViews(engine: Engine): Promise<void> {
  for (const view of ownViews()) await engine.exec(view, LOAD)
}

/** The statements that make the views of readings and of the register. */
export function ownViews(): string[] {
  const measures = sqlFile(new URL('measures.fragment.sql', VIEWS))
  return numberedSqlFiles(VIEWS).map(name => sqlFile(new URL(name, VIEWS)).replace('@measures', measures))
}
