import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { exampleRecord } from '../scripts/docs/example-record.ts'
import { faultsOf } from '../scripts/streams/faults.ts'
import { columnsIn, plainType, silverColumns } from '../scripts/streams/silver-sql.ts'
import { columnsOf, reasonsOf } from '../src/core/stream/index.ts'
import { numberedSqlFiles, viewFiles } from '../src/lake/sql-file.ts'
import { tableOf, viewOf } from '../src/lake/streams/tables.ts'
import { streams } from '../src/streams/index.ts'
import { read } from './streams/read.ts'

describe.each(streams.map(stream => [stream.name, stream] as const))('the stream %s', (_name, stream) => {
  it('has a column in silver for each of its fields', () => {
    const sql = numberedSqlFiles(stream.sql).map(name => readFileSync(new URL(name, stream.sql), 'utf8'))
    const plain = ([name, type]: [string, string]) => [name, plainType(type)]
    const created = sql.flatMap(text => columnsIn(text, tableOf(stream)))
    expect(created.map(plain).sort()).toEqual(silverColumns(stream).map(plain).sort())
  })

  it('shows each of them where people read it', () => {
    const views = viewFiles(stream.sql).map(name => readFileSync(new URL(name, stream.sql), 'utf8'))
    const view = views.find(text => text.includes(`CREATE OR REPLACE VIEW ${viewOf(stream)} `))
    expect(view !== undefined).toBe(stream.once.how === 'latest')
    const missing = columnsOf(stream.fields).filter(
      ({ name }) => !new RegExp(`\\b${name}\\b`).test(view ?? name),
    )
    expect(missing).toEqual([])
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

  it('is declared without faults', () => {
    expect(faultsOf(stream)).toEqual([])
  })
})
