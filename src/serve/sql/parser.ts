import { linesOf } from '../../core/lines.ts'
import type { Engine, QueryOptions } from '../../lake/engine/index.ts'
import type { SqlParser } from './check.ts'
import { SqlRefusedError } from './refused.ts'

const treeFormat = 'TSVRaw'
const maxTreeBytes = 16 * 1024 * 1024

/** The engine's parser, on a session where nothing else happens. The statement is a value there, then a checked text. */
export class EngineParser {
  readonly #engine: Pick<Engine, 'query' | 'stream'>
  readonly #home: string
  #functions: ReadonlySet<string> | null = null

  /** @param home the database in which statements are run */
  constructor(engine: Pick<Engine, 'query' | 'stream'>, home: string) {
    this.#engine = engine
    this.#home = home
  }

  /** The parser for one statement, given up with `signal`. */
  for(signal?: AbortSignal): SqlParser {
    const options = { session: 'check' as const, ...(signal && { signal }) }
    return {
      canonical: sql => this.#canonical(sql, options),
      ast: (sql, params) => this.#ast(sql, { ...options, params }),
      functions: async () =>
        (this.#functions ??= await this.#names('SELECT lower(name) AS name FROM system.functions', options)),
      homeTables: () =>
        this.#names('SELECT name FROM system.tables WHERE database = {home:String}', {
          ...options,
          params: { home: this.#home },
        }),
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
    const tooLarge = () => new SqlRefusedError('the statement is too large: write it more simply')
    const limits = { total: maxTreeBytes, line: maxTreeBytes, tooLarge }
    for await (const line of linesOf(tree, limits)) lines.push(line)
    // The FORMAT clause added for the answer counts as part of the statement explained: its last node.
    if (lines.pop() !== ` Identifier ${treeFormat}`)
      throw new SqlRefusedError('the statement may not end like this')
    return lines
  }

  async #names(sql: string, options: QueryOptions): Promise<ReadonlySet<string>> {
    const rows = await this.#engine.query<{ name: string }>(sql, options)
    return new Set(rows.map(row => row.name))
  }
}
