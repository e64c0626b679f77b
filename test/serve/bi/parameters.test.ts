import { describe, expect, it } from 'vitest'
import { parametersOf } from '../../../src/serve/bi/parameters.ts'

describe('the parameters of a request', () => {
  it('are what they mean, however they were escaped', () => {
    const given = { query: 'x', param_a: "it's\\ta\\\\n", param_b: '\\N', param_c: '5' }
    expect(parametersOf(given, 'SELECT {a:String}')).toEqual({ a: "it's\ta\\n", b: null, c: '5' })
  })

  it('are lists where the statement says so', () => {
    const list = (text: string) => parametersOf({ param_l: text }, 'SELECT { l : Array(String) }')['l']
    expect(list("['it\\'s', 'a''b', NULL]")).toEqual(["it's", "a'b", null])
    expect(list('[1,-2.5,18446744073709551615]')).toEqual([1, -2.5, '18446744073709551615'])
    expect(list("[['a'],[]]")).toEqual([['a'], []])
    for (const wrong of ['[1', "['a']x", 'a', '["a"]', '[1,]', '['.repeat(20)])
      expect(() => list(wrong), wrong).toThrow('is no list')
    expect(parametersOf({ param_l: '[1]' }, 'SELECT {l:String}')).toEqual({ l: '[1]' })
  })

  it('are one value each', () => {
    expect(() => parametersOf({ param_a: ['1', '2'] }, '')).toThrow('wants one value')
  })
})
