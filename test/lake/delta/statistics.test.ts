import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { statisticsOf } from '../../../src/lake/delta/index.ts'

const long = 'é'.repeat(40)
const table = {
  place: ['b', null, long, 'a'],
  position: [5n, 7n, 6n, 9_007_199_254_740_991n],
  speed: [1.1, 2.3, null, 0.07],
  seen: [new Date(5_000), new Date(1_250), new Date(3_000), null],
  day: [new Date('2026-01-02'), new Date('2026-01-01'), null, null],
  none: [null, null, null, null],
}

function parquet(rowGroupSize: number): Uint8Array {
  const bytes = parquetWriteBuffer({
    rowGroupSize,
    statisticsTruncateLength: Infinity,
    columnData: Object.entries(table).map(([name, data]) => ({ name, data: data as never[] })),
    schema: [
      { name: 'root', num_children: 6 },
      { name: 'place', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'position', type: 'INT64', repetition_type: 'REQUIRED' },
      {
        name: 'speed',
        type: 'INT64',
        converted_type: 'DECIMAL',
        precision: 18,
        scale: 2,
        repetition_type: 'OPTIONAL',
      },
      { name: 'seen', type: 'INT64', converted_type: 'TIMESTAMP_MICROS', repetition_type: 'OPTIONAL' },
      { name: 'day', type: 'INT32', converted_type: 'DATE', repetition_type: 'OPTIONAL' },
      { name: 'none', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
    ],
  })
  return new Uint8Array(bytes)
}

describe('the statistics of a file', () => {
  for (const rows of [10, 1])
    it(`are exact bounds as Delta writes them, from groups of ${rows} rows`, () => {
      const { numRecords, minValues, maxValues, nullCount } = statisticsOf(parquet(rows))
      expect(numRecords).toBe(4)
      expect(minValues).toEqual({
        ...{ place: 'a', position: 5, speed: 0.07 },
        ...{ seen: '1970-01-01T00:00:01.250Z', day: '2026-01-01' },
      })
      expect(maxValues).toEqual({
        // What is cut must still be greater than the whole.
        place: `${'é'.repeat(32)}\u{10FFFF}`,
        ...{ position: 9_007_199_254_740_991, speed: 2.3 },
        ...{ seen: '1970-01-01T00:00:05.000Z', day: '2026-01-02' },
      })
      expect(nullCount).toEqual({ place: 1, position: 0, speed: 1, seen: 1, day: 2, none: 4 })
    })
})
