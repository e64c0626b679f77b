import { describe, expect, it } from 'vitest'
import { messagesOf } from '../../../src/outputs/kafka/line-messages.ts'

/** What becomes of lines, as texts. */
function told(lines: readonly (string | Buffer)[], field = 'sensor_id') {
  const all = Buffer.concat(lines.flatMap(line => [Buffer.from(line), Buffer.from('\n')]))
  return messagesOf(all, field).map(({ key, value }) => [key?.toString() ?? null, value.toString()])
}

describe('the messages of lines', () => {
  const keys: readonly (readonly [string, string, string | null])[] = [
    ['that begin with the field', '{"sensor_id":"A-1","n":1}', 'A-1'],
    ['with blanks around it', '{ "n": 1, "sensor_id" : "A-1" }', 'A-1'],
    ['with characters of several bytes', '{"sensor_id":"Zürich–1"}', 'Zürich–1'],
    ['with an escape in the value', '{"sensor_id":"Z\\u00fcrich"}', 'Zürich'],
    ['with an escape in the name', '{"s\\u0065nsor_id":"A-1"}', 'A-1'],
    ['that have another of the name inside', '{"sensor_id" : "A-1","by":{"sensor_id":"B"}}', 'A-1'],
    ['that have it inside first', '{"by":{"sensor_id":"B"},"sensor_id":"A-1"}', 'A-1'],
    ['that say the name as a text too', '{"of":"sensor_id","sensor_id":"A-1"}', 'A-1'],
    ['with a number in place of a text', '{"sensor_id":7}', null],
    ['without the field', '{"n":1}', null],
    ['that are no record', '"sensor_id"', null],
    ['that are no JSON', 'sensor_id=A-1', null],
  ]
  it.each(keys)('%s are keyed by it, their bytes as they are', (_, line, key) => {
    expect(told([line, '{"sensor_id":"next"}'])).toEqual([
      [key, line],
      ['next', '{"sensor_id":"next"}'],
    ])
  })

  it('have the bytes that are no text', () => {
    const [message] = messagesOf(Buffer.from('{"sensor_id":"\xff"}\n', 'latin1'), 'sensor_id')
    expect(message?.value).toEqual(Buffer.from('{"sensor_id":"\xff"}', 'latin1'))
    expect(message?.key).toEqual(Buffer.from('\xff', 'latin1'))
  })

  it('are texts where a message that is the same would be taken for other than one line', () => {
    const array = ' [{"sensor_id":"A"},{"sensor_id":"B"}]'
    const marked = '\ufeff{"sensor_id":"A"}'
    expect(told([array, marked, '[{'])).toEqual([
      [null, JSON.stringify(array)],
      [null, JSON.stringify(marked)],
      [null, '[{'],
    ])
  })
})
