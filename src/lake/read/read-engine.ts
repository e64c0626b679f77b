import type { Readable } from 'node:stream'

/** What the reader needs of the engine. */
export interface ReadEngine {
  query<T>(sql: string, options?: ReadOptions): Promise<T[]>
  stream(sql: string, format: string, options?: ReadOptions): Promise<Readable>
}

export interface ReadOptions {
  readonly params?: Readonly<Record<string, unknown>>
  readonly settings?: Readonly<Record<string, string | number>>
  readonly session?: 'read'
  readonly signal?: AbortSignal
}

/** How the engine prints what is read, and how long a read may take. */
export const SETTINGS = {
  date_time_output_format: 'iso',
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_decimals: 0,
  output_format_json_quote_denormals: 0,
  // One dialect with the answers of SQL: nothing for null, "" for an empty text.
  format_csv_null_representation: '',
  // A read that takes longer than this on any lake we support is a mistake; it must not hold the session.
  max_execution_time: 30,
}
