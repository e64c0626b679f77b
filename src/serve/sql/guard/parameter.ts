import { SqlRefusedError } from '../refused.ts'

/**
 * Types a parameter may have. Not among them: Identifier, which would name a table or column, and AggregateFunction, whose
 * bytes the engine reads unchecked.
 */
const types = new Set(
  (
    'String FixedString UUID IPv4 IPv6 Bool Date Date32 DateTime DateTime64 Time Time64 Enum Enum8 Enum16 ' +
    'Int8 Int16 Int32 Int64 Int128 Int256 UInt8 UInt16 UInt32 UInt64 UInt128 UInt256 Float32 Float64 BFloat16 ' +
    'Decimal Decimal32 Decimal64 Decimal128 Decimal256 Nullable LowCardinality Array Tuple Map'
  ).split(' '),
)

const opening = /\{ *([A-Za-z_][A-Za-z0-9_]*) *: *([^{}]*)\}/y
/** The parts of a type: words, numbers, the names of zones and of an Enum's values, and what stands between them. */
const parts = /([A-Za-z][A-Za-z0-9_]*)|-?[0-9]+|'[A-Za-z0-9_/+ -]*'|[(),=] *| +/y

/**
 * The end of the parameter `{name:Type}` that begins at `at`. The engine keeps the text of the type as it stands, so it is
 * held to words of a list: a comment or a strange quote in it would be read in two ways.
 */
export function parameterEnd(sql: string, at: number): number {
  opening.lastIndex = at
  const [whole, name = '', type = ''] = opening.exec(sql) ?? []
  if (whole === undefined) {
    throw new SqlRefusedError(
      `{ begins a parameter, {name:Type}: ${JSON.stringify(sql.slice(at, at + 40))} is none`,
    )
  }
  for (let i = 0; i < type.length;) {
    parts.lastIndex = i
    const [part, word] = parts.exec(type) ?? []
    if (part === undefined || (word !== undefined && !types.has(word))) throw wrongType(name, type, word)
    i += part.length
  }
  return at + whole.length
}

function wrongType(name: string, type: string, word: string | undefined): SqlRefusedError {
  const instead =
    word === 'Identifier'
      ? 'write the name of the table or column itself'
      : 'it is made of String, Int64, Float64, Date, DateTime64(3), Array(…), Nullable(…) and the like'
  return new SqlRefusedError(
    `the parameter ${name} may not be of the type ${JSON.stringify(type.slice(0, 60))}: ${instead}`,
  )
}
