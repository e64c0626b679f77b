import { describe, expect, it } from 'vitest'
import { linesOfJson, refusedLine } from '../../../src/core/text/message-lines.ts'

function text(value: string): string | { refused: string } {
  const found = linesOfJson(Buffer.from(value))
  return 'refused' in found ? found : `${found.count}:${found.lines.toString()}`
}

describe('a message', () => {
  it('that is an object is a line, byte for byte', () => {
    expect(text('{"a":1.0,"id":12345678901234567890}')).toBe('1:{"a":1.0,"id":12345678901234567890}\n')
  })

  it('may have line ends between its values, and a mark of its encoding before them', () => {
    expect(text('\uFEFF{\r\n"a": "x\\n"\n}')).toBe('1:{  "a": "x\\n" }\n')
  })

  it('that is an array is a line for each element, whatever stands in texts', () => {
    expect(text(' [ {"a":"],[\\""} ,{"b":[1,{"c":{}}]},\n3 , "x y" ] ')).toBe(
      '4:{"a":"],[\\""}\n{"b":[1,{"c":{}}]}\n3\n"x y"\n',
    )
    expect(text('[]')).toBe('0:')
  })

  it('that says no record is refused with the reason', () => {
    expect(text('{"a":')).toEqual({ refused: 'no JSON' })
    expect(text('5')).toEqual({ refused: 'neither an object nor an array' })
  })
})

describe('the line of a message that is refused', () => {
  it.each([
    [null, false, 'null\n'],
    ['{"a":', false, '{"a":\n'],
    ['a\nb', false, '"a\\nb"\n'],
    ['', false, '""\n'],
    ['  ', false, '"  "\n'],
    ['{"a":1}', true, '"{\\"a\\":1}"\n'],
  ])('of %j is one line that is no record', (value, mayBeRecord, line) => {
    expect(refusedLine(value === null ? null : Buffer.from(value), mayBeRecord).toString()).toBe(line)
  })

  it('has bytes that are no text too', () => {
    expect(refusedLine(Buffer.from([0xff, 0, 1]), false).toString()).toBe('"base64:/wAB"\n')
  })
})
