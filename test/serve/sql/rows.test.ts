import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvRows, jsonDocument, jsonLines, type Cut } from '../../../src/serve/sql/rows.ts'

const bounds = (maxRows: number) => ({ maxRows, maxRowBytes: 1000, tooLarge: () => new Error('too large') })

/** The answer, when the engine's comes in parts of these sizes. */
async function made(
  make: typeof csvRows,
  text: string,
  maxRows: number,
  sizes: readonly number[] = [1e9],
): Promise<{ text: string; truncated: boolean }> {
  const cut: Cut = { truncated: false }
  const bytes = Buffer.from(text)
  async function* parts() {
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const size = sizes[i % sizes.length] ?? 1
      yield bytes.subarray(at, at + size)
      at += size
    }
  }
  const pieces: Buffer[] = []
  for await (const piece of make(parts(), bounds(maxRows), cut)) pieces.push(piece)
  return { text: Buffer.concat(pieces).toString(), truncated: cut.truncated }
}

const head = '["a", "b"]\n["UInt64", "String"]\n'

describe('jsonDocument', () => {
  it('is one document, however the engine’s answer is cut', async () => {
    const row = fc.tuple(fc.integer({ min: 0, max: 2 ** 40 }), fc.string({ unit: 'grapheme' }))
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        fc.integer({ min: 0, max: 30 }),
        async (rows, sizes, maxRows) => {
          const text = head + rows.map(values => `${JSON.stringify(values)}\n`).join('')
          const document = JSON.parse((await made(jsonDocument, text, maxRows, sizes)).text) as unknown
          expect(document).toEqual({
            columns: [
              { name: 'a', type: 'UInt64' },
              { name: 'b', type: 'String' },
            ],
            rows: rows.slice(0, maxRows),
            truncated: rows.length > maxRows,
          })
        },
      ),
    )
  })

  it('is one without rows too', async () => {
    expect((await made(jsonDocument, head, 5)).text).toBe(
      '{"columns":[{"name":"a","type":"UInt64"},{"name":"b","type":"String"}],"rows":[],"truncated":false}',
    )
  })

  it('makes texts of integers that a number cannot hold', async () => {
    const { text } = await made(
      jsonDocument,
      `${head}[18446744073709551615, "1234567890123456789"]\n[-9223372036854775808, 0.1234567890123456789]\n`,
      5,
      [7],
    )
    expect(text).toContain(
      '["18446744073709551615", "1234567890123456789"],["-9223372036854775808", 0.1234567890123456789]',
    )
  })
})

describe('jsonLines', () => {
  it('ends behind the last row allowed, and says that there are more', async () => {
    expect(await made(jsonLines, '{"a":1}\n{"a":2}\n{"a":3}\n', 2, [3])).toEqual({
      text: '{"a":1}\n{"a":2}\n',
      truncated: true,
    })
    expect(await made(jsonLines, '{"a":1}\n{"a":2}\n', 2, [3])).toEqual({
      text: '{"a":1}\n{"a":2}\n',
      truncated: false,
    })
  })

  it('takes no row larger than said', async () => {
    await expect(made(jsonLines, `{"a":"${'x'.repeat(2000)}"}\n`, 2, [100])).rejects.toThrow('too large')
  })
})

describe('csvRows', () => {
  it('counts rows, not line ends', async () => {
    const text = '"a","b"\n1,"x\ny"\n2,"z "" \n "\n3,\n'
    for (const sizes of [[1], [5], [1000]]) {
      expect(await made(csvRows, text, 2, sizes)).toEqual({
        text: text.slice(0, text.indexOf('3,')),
        truncated: true,
      })
      expect(await made(csvRows, text, 3, sizes)).toEqual({ text, truncated: false })
    }
  })
})
