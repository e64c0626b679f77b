import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { exampleRecord } from '../scripts/docs/example-record.ts'
import { silverColumns } from '../scripts/streams/silver-sql.ts'
import { reasonsOf } from '../src/core/stream/index.ts'
import { numberedSqlFiles } from '../src/lake/sql-file.ts'
import { tableOf } from '../src/lake/streams/tables.ts'
import { streams } from '../src/streams/index.ts'
import { read } from './streams/read.ts'

describe.each(streams.map(stream => [stream.name, stream] as const))('the stream %s', (_name, stream) => {
  it('has a column in silver for each of its fields', () => {
    const sql = numberedSqlFiles(stream.sql).map(name => readFileSync(new URL(name, stream.sql), 'utf8'))
    const created = sql.flatMap(text => columnsOf(text, tableOf(stream)))
    const declared = silverColumns(stream).map(([name, type]) => [name, plain(type)])
    expect(created.sort()).toEqual(declared.sort())
  })

  it('takes the record that its page shows', () => {
    const { reasons, extras } = read(stream, JSON.stringify(exampleRecord(stream)))
    expect([reasons, extras]).toEqual([[], []])
  })

  it('names each rule that a wrong record breaks', () => {
    const known = Object.keys(reasonsOf(stream))
    const wrong = Object.fromEntries(Object.keys(stream.fields).map(name => [name, { wrong: [] }]))
    const { reasons } = read(stream, JSON.stringify(wrong))
    expect(reasons).not.toEqual([])
    expect(reasons.filter(reason => !known.includes(reason))).toEqual([])
  })

  it('knows its key, time and version as fields that are required', () => {
    const { once } = stream
    const time = once.how === 'latest' ? once.version : once.time
    const needed = [...once.key, ...(time === 'position' ? [] : [time])]
    expect(needed.filter(name => stream.fields[name]?.required !== true)).toEqual([])
    if (once.how === 'latest') expect(stream.fields['withdrawn']?.type).toBe('flag')
  })
})

/** Of the table, as a file makes it or adds to it. */
function columnsOf(text: string, table: string): string[][] {
  const made = text.includes(`CREATE TABLE IF NOT EXISTS ${table}\n`)
    ? text.matchAll(/^ {4}(\w+)\s+(.+?),?$/gm)
    : []
  const added = text.includes(`ALTER TABLE ${table} `)
    ? text.matchAll(/ADD COLUMN (?:IF NOT EXISTS )?(\w+)\s+(.+?)(?: AFTER \w+)?[,;\n]/g)
    : []
  return [...made, ...added].map(([, name = '', type = '']) => [name, plain(type)])
}

/** Dictionaries, codecs and comments are how a column is kept, not what it holds. */
function plain(type: string): string {
  return type.replace(/ (CODEC|COMMENT).*/, '').replace(/LowCardinality\((.*)\)/, '$1')
}
