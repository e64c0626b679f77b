import { ContentEncodingError, MediaTypeError } from './ingest-error.ts'

export type BodyFormat = 'ndjson' | 'json' | 'csv'
export type BodyEncoding = 'identity' | 'gzip' | 'zstd'

const FORMATS: Readonly<Record<string, BodyFormat>> = {
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'application/x-jsonlines': 'ndjson',
  'application/json': 'json',
  'text/csv': 'csv',
}

const ENCODINGS: Readonly<Record<string, BodyEncoding>> = {
  '': 'identity',
  identity: 'identity',
  gzip: 'gzip',
  'x-gzip': 'gzip',
  zstd: 'zstd',
}

const CHARSETS = new Set(['utf-8', 'utf8', 'us-ascii'])

/** @throws {MediaTypeError} naming what is taken */
export function bodyFormat(contentType: string | undefined): BodyFormat {
  const [type = '', ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map(part => part.trim())
  const format = FORMATS[type]
  if (format === undefined) {
    const got = type === '' ? 'a body without content-type' : `content-type ${type}`
    throw new MediaTypeError(`${got} is not taken; send application/x-ndjson, application/json or text/csv`)
  }
  const charset = parameters.find(parameter => parameter.startsWith('charset='))?.slice('charset='.length)
  if (charset !== undefined && !CHARSETS.has(charset.replaceAll('"', ''))) {
    throw new MediaTypeError(`charset ${charset} is not taken; send UTF-8`)
  }
  return format
}

/** @throws {ContentEncodingError} naming what is taken */
export function bodyEncoding(contentEncoding: string | undefined): BodyEncoding {
  const name = (contentEncoding ?? '').trim().toLowerCase()
  const encoding = ENCODINGS[name]
  if (encoding === undefined) {
    throw new ContentEncodingError(`content-encoding ${name} is not taken; send gzip, zstd or none`)
  }
  return encoding
}
