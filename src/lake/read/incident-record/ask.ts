import { SETTINGS, type ReadEngine } from '../read-engine.ts'

/** Asks the engine one statement of the record. */
export type Ask = <T>(
  sql: string,
  params: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
) => Promise<T[]>

export function askOf(engine: ReadEngine): Ask {
  return (sql, params, signal) => {
    const options = { params, settings: SETTINGS, session: 'read' } as const
    return engine.query(sql, signal === undefined ? options : { ...options, signal })
  }
}
