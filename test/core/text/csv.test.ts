import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CsvSplitter } from '../../../src/core/text/csv.ts'
import { FeedError } from '../../../src/core/feed-error.ts'

const split = (text: string, separator = ',') => {
  const splitter = new CsvSplitter(separator)
  return [...splitter.push(text), ...splitter.end()]
}

describe('CsvSplitter', () => {
  it('splits cells and lines of either ending, with or without a last line end', () => {
    expect(split('a,b\r\n1,2\n3,4')).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
    ])
  })

  it('keeps separators, line ends and doubled quotes inside quotes', () => {
    expect(split('"a,1","two\nlines","say ""hi"""\n')).toEqual([['a,1', 'two\nlines', 'say "hi"']])
    expect(split('"",x,""\n')).toEqual([['', 'x', '']])
  })

  it('takes a quote in the middle of a cell as a character', () => {
    expect(split('6" main,2\n5" side,3\n')).toEqual([
      ['6" main', '2'],
      ['5" side', '3'],
    ])
  })

  it('drops a byte order mark and lines without text', () => {
    expect(split('\uFEFFa\n\n   \n1\n')).toEqual([['a'], ['1']])
  })

  it('takes another separator', () => {
    expect(split('a;b\n"x;y";1,5\n', ';')).toEqual([
      ['a', 'b'],
      ['x;y', '1,5'],
    ])
  })

  it('gives the same records in whatever pieces the text comes', () => {
    const cell = fc.stringMatching(/^[a"\n, ]{0,6}$/)
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 4 })),
        fc.integer({ min: 1, max: 9 }),
        (rows, step) => {
          const filled = rows.map(row => ['x', ...row])
          const text = filled
            .map(row => row.map(c => `"${c.replaceAll('"', '""')}"`).join(',') + '\n')
            .join('')
          const splitter = new CsvSplitter()
          const records: string[][] = []
          for (let at = 0; at < text.length; at += step)
            records.push(...splitter.push(text.slice(at, at + step)))
          records.push(...splitter.end())
          expect(records).toEqual(filled)
        },
      ),
    )
  })

  it('stops with an error where a quote is never closed', () => {
    const splitter = new CsvSplitter()
    expect(() => [...splitter.push('a\n"' + 'x\n'.repeat(700_000))]).toThrow(FeedError)
  })
})
