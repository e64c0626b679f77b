import type { IncomingMessage } from 'node:http'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { EngineFault } from '../fault.ts'
import type { EngineRequest } from '../runner.ts'
import { readStatement } from '../statement.ts'
import type { TempFiles } from '../temp-files.ts'
import { readMultipart } from './multipart.ts'

/** URL parameters of the HTTP interface itself; every other one is a setting. */
const ownParameters = new Set([
  ...['query', 'database', 'default_format', 'query_id', 'user', 'password', 'quota_key', 'role'],
  ...['session_id', 'session_timeout', 'session_check', 'close_session', 'compress', 'decompress'],
  ...[
    'enable_http_compression',
    'http_zlib_compression_level',
    'buffer_size',
    'wait_end_of_query',
    'stacktrace',
  ],
  ...['client_protocol_version', 'send_progress_in_http_headers', 'http_headers_progress_interval_ms'],
  ...['cancel_http_readonly_queries_on_client_close', 'add_http_cors_header', 'http_response_headers'],
  ...['http_write_exception_in_output_format', 'log_comment', 'arterial_session', 'arterial_stream'],
])

const compressions: Readonly<Record<string, string>> = {
  identity: 'none',
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  zstd: 'zstd',
  br: 'br',
  lz4: 'lz4',
  xz: 'xz',
  bz2: 'bz2',
}

/** A statement in a body ends within this; rows of an INSERT may follow without bound. */
const maxStatementBytes = 16 << 20
/** So much of a body is looked at to find where an INSERT's rows begin. */
const openingBytes = 1 << 20

/**
 * Reads one request of the ClickHouse HTTP interface: the statement from `?query=`, the body, both joined, or a
 * multipart form; an INSERT's rows go to a temporary file, unread and still compressed.
 */
export async function readRequest(
  request: IncomingMessage,
  url: URL,
  files: TempFiles,
): Promise<EngineRequest> {
  const query = url.searchParams
  if (query.get('decompress') === '1') {
    throw new EngineFault(48, 'NOT_IMPLEMENTED', 'decompress=1 is not supported here: use Content-Encoding')
  }
  const compression = compressionOf(request)
  const form = await readMultipart(request, maxStatementBytes)
  for (const [name, value] of form ?? []) query.append(name, value)

  const inUrl = query.getAll('query').join('\n')
  const body = form === null ? request : null
  const read = await statementAndRows(inUrl, body, compression, files)
  return { ...read, ...surroundings(query, request) }
}

type StatementAndRows = Pick<EngineRequest, 'sql' | 'data'>

async function statementAndRows(
  inUrl: string,
  body: IncomingMessage | null,
  compression: string,
  files: TempFiles,
): Promise<StatementAndRows> {
  if (body === null) return splitRows(inUrl, files)
  if (takesRows(inUrl)) {
    // Rows may begin in the URL and go on in the body.
    const { sql, rows } = cut(inUrl)
    return { sql, data: await rowsToFile([Buffer.from(rows)], body, compression, files) }
  }
  const plainBody = decoded(body, compression)
  const pieces = plainBody[Symbol.asyncIterator]()
  const opening = await readUpTo(pieces, openingBytes)
  const separator = inUrl !== '' && opening.length > 0 ? '\n' : ''
  const head = `${inUrl}${separator}`
  if (!takesRows(head + opening.toString('latin1'))) {
    const rest = await readUpTo(pieces, maxStatementBytes)
    if (rest.length >= maxStatementBytes) {
      throw new EngineFault(307, 'TOO_MANY_BYTES', `The statement is longer than ${maxStatementBytes} bytes`)
    }
    return { sql: head + Buffer.concat([opening, rest]).toString(), data: null }
  }
  // latin1 keeps one character a byte, so the cut lies at the same place in the bytes.
  const { sql } = cut(head + opening.toString('latin1'))
  const cutAt = Math.max(0, sql.length - head.length)
  const rows = opening.subarray(cutAt)
  const text = head + opening.subarray(0, cutAt).toString()
  return {
    sql: text,
    data: await rowsToFile([rows], { [Symbol.asyncIterator]: () => pieces }, 'none', files),
  }
}

async function splitRows(text: string, files: TempFiles): Promise<StatementAndRows> {
  if (!takesRows(text)) return { sql: text, data: null }
  const { sql, rows } = cut(text)
  return { sql, data: await rowsToFile([Buffer.from(rows)], [], 'none', files) }
}

function takesRows(sql: string): boolean {
  return /^[\s(]*(--|\/\*|#|INSERT\b)/i.test(sql) && readStatement(sql).kind === 'insert'
}

function cut(sql: string): { sql: string; rows: string } {
  const statement = readStatement(sql)
  const at = statement.kind === 'insert' ? statement.dataAt : sql.length
  return { sql: sql.slice(0, at), rows: sql.slice(at) }
}

async function rowsToFile(
  opening: readonly Buffer[],
  rest: AsyncIterable<Buffer> | Iterable<Buffer>,
  compression: string,
  files: TempFiles,
): Promise<NonNullable<EngineRequest['data']>> {
  const file = await files.create()
  try {
    for (const piece of opening) await file.write(piece)
    for await (const piece of rest) await file.write(piece)
    return { path: await file.finish(), compression }
  } catch (error) {
    await file.discard()
    throw error
  }
}

async function readUpTo(pieces: AsyncIterator<Buffer>, bytes: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  while (size < bytes) {
    const next = await pieces.next()
    if (next.done === true) break
    parts.push(next.value)
    size += next.value.length
  }
  return Buffer.concat(parts)
}

function decoded(body: IncomingMessage, compression: string): AsyncIterable<Buffer> {
  if (compression === 'none') return body
  if (compression === 'gzip') return body.pipe(createGunzip())
  if (compression === 'zstd') return body.pipe(createZstdDecompress())
  throw new EngineFault(48, 'NOT_IMPLEMENTED', `A statement may come as gzip or zstd, not as ${compression}`)
}

function compressionOf(request: IncomingMessage): string {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  const compression = compressions[encoding]
  if (compression === undefined) {
    const known = Object.keys(compressions).join(', ')
    throw new EngineFault(48, 'NOT_IMPLEMENTED', `Unknown Content-Encoding '${encoding}': one of ${known}`)
  }
  return compression
}

function surroundings(query: URLSearchParams, request: IncomingMessage): Omit<EngineRequest, 'sql' | 'data'> {
  const settings = new Map<string, string>()
  const params = new Map<string, string>()
  for (const [name, value] of query) {
    if (name.startsWith('param_')) params.set(name.slice('param_'.length), value)
    else if (!ownParameters.has(name)) settings.set(name, value)
  }
  const header = (name: string) => request.headers[name]?.toString()
  return {
    settings,
    params,
    format: query.get('default_format') ?? header('x-clickhouse-format') ?? 'TabSeparated',
    database: query.get('database') ?? header('x-clickhouse-database') ?? 'default',
    session: query.get('arterial_session') ?? header('x-arterial-session') ?? 'read',
    stream: (query.get('arterial_stream') ?? header('x-arterial-stream')) === '1',
    readOnly: request.method === 'GET' || request.method === 'HEAD',
  }
}
