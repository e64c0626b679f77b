import { describe, expect, it } from 'vitest'
import { columnsOf, evolved, schemaString } from '../../../src/lake/delta/index.ts'

const position = { name: 'position', type: 'long', comment: 'where the line stands in the log' }
const speed = { name: 'speed_kmh', type: 'decimal(9,3)', comment: 'mean speed (km/h)' }
const reasons = { name: 'reasons', type: 'array<string>', comment: '' }

describe('the schema of a published table', () => {
  it('is read as it was written, with what is said of the columns', () => {
    expect(columnsOf(schemaString([position, speed, reasons]))).toEqual([position, speed, reasons])
  })

  it('gets new columns at its end, and keeps those that are written no more', () => {
    expect(evolved(schemaString([position, speed]), [reasons, position])).toEqual([position, speed, reasons])
  })

  it('takes over what is said now', () => {
    const now = { ...speed, comment: 'space mean (km/h)' }
    expect(evolved(schemaString([speed]), [now])).toEqual([now])
  })

  it('keeps every column of its type', () => {
    const now = [
      { ...position, type: 'string' },
      { ...speed, type: 'double' },
    ]
    expect(() => evolved(schemaString([position, speed]), now)).toThrow(
      'column position was long and is string now; column speed_kmh was decimal(9,3) and is double now',
    )
  })
})
