import { createInterface } from 'node:readline'
import type { Engine } from '../../lake/engine/index.ts'
import type { SqlParser } from './check.ts'
import { SqlRefusedError } from './refused.ts'

const treeFormat = 'TSVRaw'

/** The engine's parser, on a session where nothing else happens. The statement is a value there, then a checked text. */
export function engineParser(engine: Pick<Engine, 'query' | 'stream'>, signal?: AbortSignal): SqlParser {
  const options = { session: 'check' as const, ...(signal && { signal }) }
  return {
    async canonical(sql) {
      const rows = await engine.query<{ text: string }>(
        'SELECT formatQuerySingleLine({sql:String}) AS text',
        {
          ...options,
          params: { sql },
        },
      )
      return rows[0]?.text ?? ''
    },
    async ast(sql, params) {
      const tree = await engine.stream(`EXPLAIN AST ${sql}`, treeFormat, { ...options, params })
      const lines: string[] = []
      for await (const line of createInterface({ input: tree })) lines.push(line)
      // The FORMAT clause added for the answer counts as part of the statement explained: its last node.
      if (lines.pop() !== ` Identifier ${treeFormat}`)
        throw new SqlRefusedError('the statement may not end like this')
      return lines
    },
  }
}
