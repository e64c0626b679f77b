import { createInterface } from 'node:readline'
import type { Engine, QueryOptions } from '../../lake/engine/index.ts'
import type { SqlParser } from './check.ts'
import { SqlRefusedError } from './refused.ts'

const treeFormat = 'TSVRaw'

/** The engine's parser, on a session where nothing else happens. The statement is a value there, then a checked text. */
export class EngineParser {
  readonly #engine: Pick<Engine, 'query' | 'stream'>
  #functions: ReadonlySet<string> | null = null

  constructor(engine: Pick<Engine, 'query' | 'stream'>) {
    this.#engine = engine
  }

  /** The parser for one statement, given up with `signal`. */
  for(signal?: AbortSignal): SqlParser {
    const options = { session: 'check' as const, ...(signal && { signal }) }
    return {
      canonical: sql => this.#canonical(sql, options),
      ast: (sql, params) => this.#ast(sql, { ...options, params }),
      functions: async () => (this.#functions ??= await this.#names(options)),
    }
  }

  async #canonical(sql: string, options: QueryOptions): Promise<string> {
    const rows = await this.#engine.query<{ text: string }>(
      'SELECT formatQuerySingleLine({sql:String}) AS text',
      { ...options, params: { sql } },
    )
    return rows[0]?.text ?? ''
  }

  async #ast(sql: string, options: QueryOptions): Promise<string[]> {
    const tree = await this.#engine.stream(`EXPLAIN AST ${sql}`, treeFormat, options)
    const lines: string[] = []
    for await (const line of createInterface({ input: tree })) lines.push(line)
    // The FORMAT clause added for the answer counts as part of the statement explained: its last node.
    if (lines.pop() !== ` Identifier ${treeFormat}`)
      throw new SqlRefusedError('the statement may not end like this')
    return lines
  }

  async #names(options: QueryOptions): Promise<ReadonlySet<string>> {
    const rows = await this.#engine.query<{ name: string }>(
      'SELECT lower(name) AS name FROM system.functions',
      options,
    )
    return new Set(rows.map(row => row.name))
  }
}
