import { readFileSync } from 'node:fs'
import type { Config } from '../../../core/config/index.ts'
import { ConfigError } from '../../../core/errors.ts'
import { BI_DATABASE, biTables } from '../../../lake/bi/index.ts'
import { buildBiServer } from '../../../serve/bi/index.ts'
import type { RequestTimes } from '../../../serve/request-times.ts'
import { lineLog } from '../../../serve/logging/log-lines.ts'
import { readableTables, userSql } from '../../../serve/sql/index.ts'
import type { SqlQueue } from '../../../serve/sql/index.ts'
import type { Stream } from '../../../core/stream/index.ts'
import type { OpenLake } from '../../lake.ts'
import type { ShutdownSteps } from '../../shutdown-steps.ts'
import { fresh } from '../fresh.ts'
import { listenBeside } from '../listen.ts'

export interface BiDoorDeps {
  readonly config: Config
  readonly lake: OpenLake
  readonly streams: readonly Stream[]
  /** Shared with users' SQL: both ask the same readers. */
  readonly queue: SqlQueue
  /** Where requests are counted. */
  readonly requests: RequestTimes
}

/**
 * Opens the address for BI tools, where the settings have one.
 * @returns where it is; null where there is none
 * @throws {ConfigError} when its certificate can't be read
 */
export async function openBiDoor(deps: BiDoorDeps, undo: ShutdownSteps): Promise<string | null> {
  const { bi, server, log, limits: all } = deps.config
  if (bi.port === null) return null
  const tables = biTables(readableTables(deps.streams).map(({ table }) => table))
  // Names without a database are those of the views, all of which may be read.
  const bare = [...tables]
    .filter(table => table.startsWith(`${BI_DATABASE}.`))
    .map(table => table.slice(BI_DATABASE.length + 1))
  const usual = { timeoutS: bi.timeoutS, maxRows: bi.maxRows, maxMemoryBytes: all.sqlMaxMemoryBytes }
  const own = new Map(bi.limits.map(({ token, ...limits }) => [token, limits]))
  const [engine] = await deps.lake.engine.query<{ version: string }>('SELECT version() AS version')
  const app = buildBiServer({
    run: userSql(deps.lake.readers.user, usual, {
      lake: { tables: new Set([...tables, ...bare]), home: BI_DATABASE },
      queue: deps.queue,
      fresh: () => fresh(deps.lake),
    }),
    tokens: server.tokens,
    ownNames: [bi.host, ...server.allowedHosts],
    limitsOf: name => {
      const limits = name === null ? undefined : own.get(name)
      if (limits === undefined) return usual
      return { ...limits, maxMemoryBytes: Math.min(limits.maxMemoryBytes, all.sqlMaxMemoryBytes) }
    },
    version: engine?.version ?? '26.7.0.0',
    tls: tlsOf(bi),
    requests: deps.requests,
    log: {
      level: log.level,
      stream: lineLog(log.format, log.level, line => process.stderr.write(line)).sink,
    },
  })
  undo.push(() => app.close())
  const url = await listenBeside(app, { host: bi.host, port: bi.port }, 'bi.port')
  return bi.certFile === null ? url : url.replace(/^http:/, 'https:')
}

function tlsOf({ certFile, keyFile }: Config['bi']): { cert: string; key: string } | null {
  if (certFile === null || keyFile === null) return null
  try {
    return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError(`bi.certFile, bi.keyFile: ${said}; allowed: files in PEM that this user may read`, {
      cause,
    })
  }
}
