import { describe, expect, it } from 'vitest'
import { columnsAddedBy } from '../../../src/lake/streams/added-columns.ts'

describe('columns that statements add to a table', () => {
  it('are found in each form, of that table alone', () => {
    const statements = [
      'CREATE TABLE IF NOT EXISTS silver.air (a UInt8)',
      'ALTER TABLE silver.air ADD COLUMN b Nullable(Decimal(18, 1)) AFTER a, ADD COLUMN IF NOT EXISTS c Bool',
      'ALTER TABLE silver.air\n    ADD COLUMN IF NOT EXISTS e Bool AFTER b',
      'ALTER TABLE silver.air_versions ADD COLUMN d Bool',
    ]
    expect(columnsAddedBy(statements, 'silver.air')).toEqual(['b', 'c', 'e'])
  })
})
