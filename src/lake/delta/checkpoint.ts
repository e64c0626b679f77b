import { parquetReadObjects } from 'hyparquet'
import type { SchemaElement } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { Action } from './actions.ts'

/** One column of a checkpoint: a struct that is null in the lines of other kinds. */
type Shape = Readonly<Record<string, 'text' | 'long' | 'int' | 'flag' | 'map' | 'list' | Struct>>
interface Struct {
  readonly struct: Shape
}

const SHAPES = {
  txn: { appId: 'text', version: 'long', lastUpdated: 'long' },
  add: {
    ...{ path: 'text', partitionValues: 'map', size: 'long', modificationTime: 'long' },
    ...{ dataChange: 'flag', stats: 'text', tags: 'map' },
  },
  remove: {
    ...{ path: 'text', deletionTimestamp: 'long', dataChange: 'flag', extendedFileMetadata: 'flag' },
    ...{ partitionValues: 'map', size: 'long' },
  },
  metaData: {
    ...{ id: 'text', name: 'text', description: 'text' },
    format: { struct: { provider: 'text', options: 'map' } },
    ...{ schemaString: 'text', partitionColumns: 'list', configuration: 'map', createdTime: 'long' },
  },
  protocol: { minReaderVersion: 'int', minWriterVersion: 'int' },
} as const satisfies Readonly<Record<string, Shape>>
type Kind = keyof typeof SHAPES
const KINDS = Object.keys(SHAPES) as Kind[]

/** A checkpoint as Parquet, one row an action; fields that the protocol of reader 1 and writer 2 does not name are left out. */
export function checkpointBytes(actions: readonly Action[]): Buffer {
  const schema: SchemaElement[] = [
    { name: 'root', num_children: KINDS.length },
    ...KINDS.flatMap(kind => structElements(kind, SHAPES[kind])),
  ]
  const columnData = KINDS.map(kind => ({
    name: kind,
    data: actions.map(action => shaped(action[kind], SHAPES[kind])),
  }))
  return Buffer.from(parquetWriteBuffer({ schema, columnData, rowGroupSize: ROW_GROUP_ROWS }))
}

const ROW_GROUP_ROWS = 100_000

/** @throws {Error} when the bytes are no checkpoint */
export async function checkpointActions(bytes: Uint8Array): Promise<Action[]> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  const rows = await parquetReadObjects({ file, compressors })
  return rows.map(row => {
    const given = KINDS.filter(kind => isThere(row[kind]))
    return Action.parse(Object.fromEntries(given.map(kind => [kind, unshaped(row[kind], SHAPES[kind])])))
  })
}

function structElements(name: string, shape: Shape): SchemaElement[] {
  const fields = Object.entries(shape)
  return [
    { name, repetition_type: 'OPTIONAL', num_children: fields.length },
    ...fields.flatMap(([field, type]) =>
      typeof type === 'object' ? structElements(field, type.struct) : fieldElements(field, type),
    ),
  ]
}

const UTF8 = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const
const LEAVES = {
  text: UTF8,
  long: { type: 'INT64' },
  int: { type: 'INT32' },
  flag: { type: 'BOOLEAN' },
} as const

function fieldElements(name: string, type: Exclude<Shape[string], Struct>): SchemaElement[] {
  switch (type) {
    case 'map':
      return [
        { name, repetition_type: 'OPTIONAL', converted_type: 'MAP', num_children: 1 },
        { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
        { name: 'key', repetition_type: 'REQUIRED', ...UTF8 },
        { name: 'value', repetition_type: 'OPTIONAL', ...UTF8 },
      ]
    case 'list':
      return [
        { name, repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', repetition_type: 'OPTIONAL', ...UTF8 },
      ]
    default:
      return [{ name, repetition_type: 'OPTIONAL', ...LEAVES[type] }]
  }
}

/** A value as the writer wants it: what is missing is null, long numbers are bigint. */
function shaped(value: unknown, shape: Shape): unknown {
  if (value === undefined || value === null) return null
  const given = value as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    Object.entries(shape).map(([name, type]) => {
      const field = given[name] ?? null
      if (field === null) return [name, null]
      if (typeof type === 'object') return [name, shaped(field, type.struct)]
      if (type === 'long') return [name, BigInt(Math.round(Number(field)))]
      // As entries: a name among them may be that of an object's own property.
      if (type === 'map') return [name, Object.entries(field)]
      return [name, field]
    }),
  )
}

/** As JSON has it: no bigint, and nothing where there is nothing. */
function unshaped(value: unknown, shape: Shape): unknown {
  const given = value as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    Object.entries(shape)
      .filter(([name]) => isThere(given[name]))
      .map(([name, type]) => {
        const field = given[name]
        if (typeof type === 'object') return [name, unshaped(field, type.struct)]
        return [name, type === 'long' || type === 'int' ? Number(field) : field]
      }),
  )
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null
}
