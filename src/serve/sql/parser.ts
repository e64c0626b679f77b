import type { Readable } from 'node:stream'
import type { Engine, QueryOptions } from '../../lake/engine/index.ts'
import type { EngineNames, SqlParams } from './guard/check.ts'
import { treeFormat } from './guard/ast.ts'
import { resolve } from './guard/resolved.ts'
import { SqlRefusedError } from './refused.ts'

/** What a tree may measure. The resolved one shows the values of constants, and those of scalar subqueries. */
const maxTreeBytes = 8 * 2 ** 20
/** The lake's tables change with its migrations only. */
const namesKeptMs = 10_000

/** What the guard asks the engine; nothing of a user's statement runs, but for the second look, which comes last. */
export interface EngineQuestions {
  canonical(sql: string): Promise<string>
  ast(sql: string, params: SqlParams): Promise<Uint8Array>
  names(): Promise<EngineNames>
  /** The resolved tree, in the place and within the limits in which the statement itself would run. */
  resolved(select: string, params: SqlParams, options: QueryOptions): Promise<Uint8Array>
}

/** The engine's parser, on a session where nothing else happens. The statement is a value there, then a checked text. */
export class EngineParser {
  readonly #engine: Pick<Engine, 'query' | 'stream'>
  readonly #listed: ReadonlySet<string>
  #names: { readonly names: EngineNames; readonly readAt: number } | null = null

  /** @param listed `database.table` that may be read */
  constructor(engine: Pick<Engine, 'query' | 'stream'>, listed: ReadonlySet<string>) {
    this.#engine = engine
    this.#listed = listed
  }

  /** The parser for one statement, given up with `signal`. */
  for(signal: AbortSignal): EngineQuestions {
    const options = { session: 'check' as const, signal }
    return {
      canonical: sql => this.#canonical(sql, options),
      ast: (sql, params) => this.#tree(`EXPLAIN AST ${sql}`, { ...options, params }),
      names: () => this.#knownNames(options),
      resolved: (select, params, limits) => this.#tree(`${resolve}${select}`, { ...limits, params, signal }),
    }
  }

  async #canonical(sql: string, options: QueryOptions): Promise<string> {
    const rows = await this.#engine.query<{ text: string }>(
      'SELECT formatQuerySingleLine({sql:String}) AS text',
      { ...options, params: { sql } },
    )
    return rows[0]?.text ?? ''
  }

  async #tree(sql: string, options: QueryOptions): Promise<Uint8Array> {
    return bytesOf(await this.#engine.stream(sql, treeFormat, options))
  }

  async #knownNames(options: QueryOptions): Promise<EngineNames> {
    if (this.#names !== null && performance.now() - this.#names.readAt < namesKeptMs) return this.#names.names
    const rows = await this.#engine.query<{ kind: string; name: string }>(
      `SELECT 'function' AS kind, lower(name) AS name FROM system.functions
       UNION ALL SELECT 'table function', lower(name) FROM system.table_functions
       UNION ALL SELECT 'database', name FROM system.databases
       UNION ALL SELECT 'table', concat(database, '.', name) FROM system.tables WHERE lower(database) NOT IN ('system', 'information_schema')`,
      options,
    )
    const of = (kind: string) => rows.filter(row => row.kind === kind).map(row => row.name)
    const hidden = of('table').filter(name => !this.#listed.has(name))
    const names: EngineNames = {
      functions: new Set(of('function')),
      tableFunctions: new Set(of('table function')),
      databases: new Set([
        ...of('database'),
        'system',
        'information_schema',
        'INFORMATION_SCHEMA',
        'default',
      ]),
      hiddenTables: new Set(hidden.map(name => name.slice(name.indexOf('.') + 1))),
    }
    this.#names = { names, readAt: performance.now() }
    return names
  }
}

async function bytesOf(answer: Readable): Promise<Uint8Array> {
  const parts: Buffer[] = []
  let total = 0
  for await (const part of answer as AsyncIterable<Buffer>) {
    total += part.length
    if (total > maxTreeBytes) {
      throw new SqlRefusedError(
        'the statement, or a constant it computes, is too large to be checked: write it more simply',
      )
    }
    parts.push(part)
  }
  return Buffer.concat(parts)
}
