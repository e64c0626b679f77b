import { describe, expect, it } from 'vitest'
import { plainStatement } from '../../../src/serve/bi/dialect.ts'

const session = { version: '26.7.2.1', user: 'planning' }
const plain = (sql: string) => plainStatement(sql, session)

describe('what drivers write', () => {
  it('loses FORMAT and SETTINGS at its end, in either order', () => {
    const expected = { sql: 'SELECT 1', format: 'Native', settings: { a: '1', b: 'x y' } }
    expect(plain("SELECT 1 SETTINGS a = 1, b = 'x y' FORMAT Native;")).toEqual(expected)
    expect(plain("SELECT 1 FORMAT Native SETTINGS a = 1, b = 'x y'")).toEqual(expected)
  })

  it('keeps what only looks like them', () => {
    for (const sql of [
      'SELECT format FROM t',
      "SELECT 'x FORMAT Native'",
      'SELECT (SELECT 1 SETTINGS a = 1)',
    ])
      expect(plain(sql)).toEqual({ sql, format: null, settings: {} })
  })

  it('asks the views of what may be read, not the tables of the system', () => {
    expect(plain('SELECT * FROM system.tables t, `system`.`columns`').sql).toBe(
      'SELECT * FROM bi.schema_tables t, bi.schema_columns',
    )
    // Anything else of it goes to the guard, which refuses it.
    expect(plain('SELECT * FROM system.users').sql).toBe('SELECT * FROM system.users')
  })

  it('is told of its session and not of the machine', () => {
    expect(plain('SELECT version(), timezone(), currentDatabase(), currentUser(), hostName()').sql).toBe(
      "SELECT '26.7.2.1', 'UTC', 'bi', 'planning', 'arterial'",
    )
  })
})
