import { describe, expect, it } from 'vitest'
import { readStatement } from '../../../../src/lake/engine/child/statement.ts'

const insert = (sql: string) => {
  const read = readStatement(sql)
  if (read.kind !== 'insert') return read.kind
  return {
    target: read.target.trim(),
    settings: read.settings.trim(),
    format: read.format,
    rows: sql.slice(read.dataAt),
  }
}

describe('readStatement of an INSERT', () => {
  it('parts target, settings, format and rows', () => {
    expect(insert('INSERT INTO d.t (a, b) SETTINGS x = 1 FORMAT CSV\n1,2\n')).toEqual({
      target: 'INSERT INTO d.t (a, b)',
      settings: 'SETTINGS x = 1',
      format: 'CSV',
      rows: '1,2\n',
    })
    expect(insert("insert into t values (1, ';'), (2, 'FORMAT')")).toMatchObject({
      target: 'insert into t',
      format: 'Values',
      rows: "(1, ';'), (2, 'FORMAT')",
    })
  })

  it('keeps the first bytes of binary rows', () => {
    expect(insert('INSERT INTO t FORMAT Native\n\n\t\u0001')).toMatchObject({ rows: '\n\t\u0001' })
    expect(insert('INSERT INTO t FORMAT Native')).toMatchObject({ rows: '' })
  })

  it('is not misled by tables and columns called like keywords', () => {
    expect(insert('INSERT INTO TABLE `format`.`values` (`select`, format) FORMAT CSV\n1')).toMatchObject({
      rows: '1',
    })
    expect(insert('INSERT INTO format VALUES (1)')).toMatchObject({
      target: 'INSERT INTO format',
      format: 'Values',
    })
    expect(insert('INSERT INTO d.select FORMAT CSV\n1')).toMatchObject({ target: 'INSERT INTO d.select' })
    expect(insert('INSERT /* FORMAT X */ INTO t FORMAT CSV\n1')).toMatchObject({ format: 'CSV' })
  })

  it('leaves one with its own source whole', () => {
    for (const source of [
      'SELECT 1',
      'WITH x AS (SELECT 1) SELECT * FROM x',
      "FROM INFILE 'x' FORMAT CSV",
      '(SELECT 1)',
    ]) {
      expect(readStatement(`INSERT INTO t ${source};`)).toMatchObject({ kind: 'other', reads: false })
    }
  })
})

describe('readStatement of anything else', () => {
  it('knows what reads, and what outlasts its request', () => {
    expect(readStatement('SHOW TABLES')).toMatchObject({ kind: 'other', reads: true, lingers: false })
    expect(readStatement('SET a = 1')).toMatchObject({ reads: false, lingers: true })
    expect(readStatement('CREATE TEMPORARY TABLE t (a UInt8)')).toMatchObject({ lingers: true })
    expect(readStatement('CREATE TABLE t (a UInt8)')).toMatchObject({ reads: false, lingers: false })
    expect(readStatement('WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x')).toMatchObject({
      kind: 'other',
    })
  })

  it('finds the FORMAT clause and drops the closing semicolon', () => {
    expect(readStatement('SELECT 1 FORMAT JSON ; -- end')).toMatchObject({ kind: 'select', format: 'JSON' })
    expect(readStatement('SELECT 1 FORMAT CSV SETTINGS a = 1')).toMatchObject({ format: 'CSV' })
    expect(readStatement('SELECT format FROM t')).toMatchObject({
      format: null,
      text: 'SELECT format FROM t',
    })
    expect(readStatement("SELECT 'x FORMAT y'")).toMatchObject({ format: null })
  })

  it('refuses several statements, and none', () => {
    expect(() => readStatement('SELECT 1; SELECT 2')).toThrow('Multi-statements')
    expect(() => readStatement("SELECT ';' ; /* */ SELECT 2")).toThrow('Multi-statements')
    expect(() => readStatement('INSERT INTO t SELECT 1; DROP TABLE t')).toThrow('Multi-statements')
    expect(() => readStatement(' -- nothing')).toThrow('Empty query')
  })
})
