import type { DeltaColumn } from '../../delta/index.ts'

/** A column as the engine has it. */
export interface LakeColumn {
  readonly name: string
  readonly type: string
  readonly comment: string
}

/** A column as it is published: its type, and what is selected for it. */
export interface PublishedColumn extends DeltaColumn {
  readonly sql: string
}

/** What only this program needs: a row's content as a number. */
const INNER: ReadonlySet<string> = new Set(['content', 'once_hash', 'content_hash'])

/**
 * Columns in types that Spark, delta-rs and others read alike: no unsigned number, instants in microseconds. What has no such type
 * is left out.
 *
 * @param comments what is said of columns, by name
 */
export function publishedColumns(
  columns: readonly LakeColumn[],
  comments: Readonly<Record<string, string>>,
): PublishedColumn[] {
  return columns.flatMap(({ name, type, comment }) => {
    const column = `t.\`${name}\``
    const published = INNER.has(name) ? null : typeOf(bare(type), column)
    if (published === null) return []
    const told = { name, type: published[0], sql: published[1], comment: comments[name] ?? comment }
    return name === LINE ? [told, BYTES_OF_LINE] : [told]
  })
}

/** The type of a column of the engine as all readers of Delta tables know it; null where there is none. */
export function publishedType(type: string): string | null {
  return typeOf(bare(type), '')?.[0] ?? null
}

/** A line as it came may be no text: then its bytes stand beside it. */
const LINE = 'line'
const BYTES_OF_LINE: PublishedColumn = {
  name: 'line_base64',
  type: 'string',
  sql: `if(isValidUTF8(t.\`${LINE}\`), NULL, base64Encode(t.\`${LINE}\`))`,
  comment: 'all bytes of a line that is no UTF-8, in Base64; null where it is',
}

/** Without what says nothing of the values: null or not, coded or not. */
function bare(type: string): string {
  const [, inner] = /^(?:LowCardinality|Nullable)\((.*)\)$/s.exec(type) ?? []
  return inner === undefined ? type : bare(inner)
}

function typeOf(type: string, column: string): readonly [type: string, sql: string] | null {
  if (/^U?Int8$|^U?Int16$|^Int32$/.test(type)) return ['integer', `toInt32(${column})`]
  if (/^UInt32$|^U?Int64$/.test(type)) return ['long', `toInt64(${column})`]
  if (type === 'Float64') return ['double', column]
  if (type === 'Float32') return ['float', column]
  if (type === 'Bool') return ['boolean', column]
  if (/^Date(32)?$/.test(type)) return ['date', column]
  if (type.startsWith('DateTime')) return ['timestamp', `toDateTime64(${column}, 6, 'UTC')`]
  if (type.startsWith('FixedString')) return ['string', `hex(${column})`]
  // Readers refuse a file with a text that is none.
  if (type === 'String') return ['string', `toValidUTF8(${column})`]
  if (/^(UUID|Enum\d+\(.*\))$/s.test(type)) return ['string', `toString(${column})`]
  const [, precision, scale] = /^Decimal\((\d+), (\d+)\)$/.exec(type) ?? []
  if (precision !== undefined) return [`decimal(${precision},${scale ?? '0'})`, column]
  if (/^Array\((LowCardinality\()?String\)?\)$/.test(type))
    return ['array<string>', `CAST(${column}, 'Array(String)')`]
  if (/^(Array|Tuple|Map)\(/.test(type)) return ['string', `toJSONString(${column})`]
  return null
}
