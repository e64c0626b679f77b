import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib'
import type { FastifyRequest } from 'fastify'
import { BI_DATABASE } from '../../lake/bi/names.ts'
import { BI_SETTINGS } from '../../lake/bi/schema-views.ts'
import { mediaType, readBytes } from '../body.ts'
import type { RawFormat, SqlRequest } from '../sql/index.ts'
import { plainStatement, type Session } from './dialect.ts'
import { BiError } from './exceptions.ts'
import { isParameter, parametersOf } from './parameters.ts'
import { packingOf, type Packing } from './packing.ts'
import { DEFAULT_FORMAT, FORMATS } from './formats.ts'

/** A statement with its parameters, as it came: with room for what escapes add. */
const MAX_BYTES = 1024 * 1024
/** What drivers ask for that changes no answer here, or is decided here. */
const LEFT_OUT =
  /^(session_id|session_check|session_timeout|query_id|client_protocol_version|wait_end_of_query|send_progress_in_http_headers|http_headers_progress_interval_ms|cancel_http_readonly_queries_on_client_close|enable_http_compression|network_compression_method|buffer_size|log_comment|log_queries|quota_key|role|stacktrace|close_session|async_insert|wait_for_async_insert|insert_deduplicate|readonly|result_overflow_mode|http_write_exception_in_output_format|use_hive_partitioning|allow_experimental_\w+|enable_\w+_type|input_format_\w+|date_time_input_format|max_\w+|extremes|receive_timeout|send_timeout|connect_timeout|http_\w+_timeout|async|interactive_delay|select_sequential_consistency|use_query_cache|type_json_skip_duplicated_paths|allow_suspicious_low_cardinality_types)$/
const OWN = new Set(['query', 'database', 'default_format', 'user', 'password', 'compress', 'decompress'])

/** What one request asks. */
export interface Question {
  readonly request: SqlRequest
  readonly format: RawFormat
  readonly queryId: string | null
  readonly packing: Packing
}

/**
 * Reads a request of the protocol: the statement in the address, in the body, or in both joined.
 * @throws {BiError} for what can't be; {SqlRefusedError} for what is no statement
 */
export async function questionOf(request: FastifyRequest, session: Session): Promise<Question> {
  const text = await textOf(request)
  const given = request.query as Readonly<Record<string, unknown>>
  const field = (name: string) => (typeof given[name] === 'string' ? given[name] : null)
  const header = (name: string) => {
    const value = request.headers[name]
    return typeof value === 'string' ? value : null
  }
  if (isOn(field('decompress')))
    throw new BiError(36, 'a statement in compressed blocks (decompress=1) is not read here; send it plain')
  const database = field('database') ?? header('x-clickhouse-database') ?? BI_DATABASE
  checkDatabase(database)
  const joined = [field('query') ?? '', text].filter(part => part.trim() !== '').join('\n')
  const { sql, format, settings } = plainStatement(joined, session)
  const asked = Object.entries({ ...given, ...settings }).filter(
    ([name]) => !OWN.has(name) && !isParameter(name),
  )
  return {
    request: { body: Buffer.from(sql), json: false, params: parametersOf(given, sql) },
    format: formatOf(
      format ?? header('x-clickhouse-format') ?? field('default_format') ?? DEFAULT_FORMAT,
      settingsOf(asked),
    ),
    queryId: field('query_id') ?? header('x-clickhouse-query-id'),
    packing: packingOf(field('compress'), field('enable_http_compression'), header('accept-encoding') ?? ''),
  }
}

/** Names without a database are those of `bi`; `default` is what drivers say when nobody said anything. */
function checkDatabase(database: string): void {
  if ([BI_DATABASE, 'default', ''].includes(database)) return
  throw new BiError(
    81,
    `Connect to the database ${BI_DATABASE}, not to ${JSON.stringify(database.slice(0, 80))}; tables of another have its name before theirs in the statement, as in gold.hourly_summary`,
  )
}

const isOn = (value: string | null) => value === '1' || value === 'true'

function formatOf(name: string, settings: RawFormat['settings']): RawFormat {
  const engine = Object.keys(FORMATS).find(one => one.toLowerCase() === name.toLowerCase())
  if (engine === undefined) throw new BiError(73, `Unknown format ${name.slice(0, 80)}`)
  return { engine, contentType: FORMATS[engine] ?? '', settings }
}

function settingsOf(asked: readonly (readonly [string, unknown])[]): Record<string, string> {
  const settings: Record<string, string> = {}
  for (const [name, value] of asked) {
    if (LEFT_OUT.test(name)) continue
    if (!Object.hasOwn(BI_SETTINGS, name))
      throw new BiError(164, `Cannot modify '${name.slice(0, 80)}' setting in readonly mode`)
    if (typeof value !== 'string' || value.length > 100)
      throw new BiError(36, `${name} wants one short value`)
    settings[name] = value
  }
  return settings
}

async function textOf(request: FastifyRequest): Promise<string> {
  if (request.method === 'GET') return ''
  if (mediaType(request.headers['content-type']) === 'multipart/form-data')
    throw new BiError(
      497,
      'forms, and tables sent along, are not taken here: send the statement as the body, parameters in the address',
    )
  return decoded(await unpacked(await readBytes(request.raw, MAX_BYTES), request.headers['content-encoding']))
}

const UNPACK = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
} as const

async function unpacked(bytes: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return bytes
  const unpack = Object.entries(UNPACK).find(([name]) => name === encoding)?.[1]
  if (unpack === undefined) throw new BiError(36, `a body in ${encoding.slice(0, 40)} is not read here`)
  return unpack(bytes, { maxOutputLength: MAX_BYTES }).catch(() => {
    throw new BiError(36, `the body is no ${encoding}, or unpacked larger than ${MAX_BYTES} bytes`)
  })
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new BiError(36, 'the statement is not UTF-8')
  }
}
