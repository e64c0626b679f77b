import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { summaryOf } from '../../../src/serve/bi/summary.ts'

const BINARY = 'RowBinaryWithNamesAndTypes'
/** One column n of UInt8. */
const head = Buffer.from('\u0001\u0001n\u0005UInt8')
const rowsOf = async (body: Readable, format: string) => {
  const { result_rows } = JSON.parse(await summaryOf(body, format)) as { result_rows: string }
  return result_rows
}

describe('the summary', () => {
  it('says whether there are rows, and takes nothing of them away', async () => {
    const body = Readable.from([Buffer.concat([head, Buffer.from([7])])])
    expect(await rowsOf(body, BINARY)).toBe('1')
    expect((await buffer(body)).length).toBe(head.length + 1)
    expect(await rowsOf(Readable.from([head]), BINARY)).toBe('0')
    expect(await rowsOf(Readable.from([]), BINARY)).toBe('0')
    // A head that is longer than the first bytes.
    expect(await rowsOf(Readable.from([head.subarray(0, 4), head.subarray(4)]), BINARY)).toBe('1')
  })

  it('says nothing of other formats', async () => {
    expect(await rowsOf(Readable.from(['1\n']), 'TabSeparated')).toBe('0')
  })
})
