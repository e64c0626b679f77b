import type { Config } from '../../core/config/index.ts'
import { ConfigError } from '../../core/errors.ts'
import type { ReadingEngine } from '../../lake/engine/index.ts'
import { connectMysql, connectPostgresql, deliver, outputColumn } from '../../outputs/index.ts'
import type { Delivered, Session } from '../../outputs/index.ts'
import { lakeRows } from './lake-rows.ts'
import type { LakeTable } from './lake-rows.ts'

/** Where databases listen unless told otherwise. */
const PORTS = { mysql: 3306, postgresql: 5432 } as const

export type OutputSettings = Config['outputs']['databases'][number]

export interface OutputRun {
  readonly engine: ReadingEngine
  /** `database.table` each that may be read. */
  readonly listed: ReadonlySet<string>
  readonly signal: AbortSignal
  readonly onProgress?: (rows: number) => void
}

/**
 * Makes a table of another database equal to a table of the lake.
 * @throws {ConfigError} when there is no such table or column in the lake
 */
export async function runOutput(output: OutputSettings, run: OutputRun): Promise<Delivered> {
  const lakeTable = await tableOf(output, run)
  const session = await connect(output)
  // Stopping must not wait for the other database.
  const stop = () => void session.close()
  run.signal.addEventListener('abort', stop, { once: true })
  try {
    const { from, key } = lakeTable
    const columns = lakeTable.columns.map(({ name, type }) => outputColumn(name, type))
    const table = { name: output.table, from, key, columns }
    return await deliver(session, table, lakeRows(run.engine, lakeTable, run.signal), {
      output: output.name,
      signal: run.signal,
      ...(run.onProgress === undefined ? {} : { onProgress: run.onProgress }),
    })
  } finally {
    run.signal.removeEventListener('abort', stop)
    await session.close()
  }
}

function connect(output: OutputSettings): Promise<Session> {
  const { kind, host, database, user, tls } = output
  const there = {
    host,
    port: output.port ?? PORTS[kind],
    database,
    user,
    tls,
    password: output.password?.reveal() ?? null,
  }
  return kind === 'mysql' ? connectMysql(output.name, there) : connectPostgresql(output.name, there)
}

async function tableOf(
  { name, from, key }: OutputSettings,
  { engine, listed, signal }: OutputRun,
): Promise<LakeTable> {
  if (!listed.has(from))
    throw new ConfigError(`outputs: ${name} is to deliver ${from}, which no user may read`)
  const [database, table] = from.split('.')
  const columns = await engine.query<{ name: string; type: string }>(
    'SELECT name, type FROM system.columns WHERE database = {database:String} AND table = {table:String} ORDER BY position',
    { params: { database, table }, signal },
  )
  if (columns.length === 0)
    throw new ConfigError(`outputs: ${name} is to deliver ${from}, which is not in the lake`)
  for (const column of key) {
    const found = columns.find(one => one.name === column)
    if (found === undefined)
      throw new ConfigError(`outputs: ${name} has the key ${column}, which ${from} has not`)
    if (/^(LowCardinality\()?Nullable\(/.test(found.type))
      throw new ConfigError(`outputs: ${name} has the key ${column}, which may be null in ${from}`)
  }
  return { from, columns, key }
}
