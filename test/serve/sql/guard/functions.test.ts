import { describe, expect, it } from 'vitest'
import { mayCall, mayReadFrom } from '../../../../src/serve/sql/guard/functions.ts'

describe('mayCall', () => {
  it('knows functions in any letter case, and aggregates with their combinators', () => {
    for (const name of [
      'count',
      'COUNT',
      'sumIf',
      'quantileIfOrNull',
      'avgArrayIf',
      'countDistinct',
      'lambda',
      'toDate',
    ]) {
      expect([name, mayCall(name)]).toEqual([name, true])
    }
  })

  it('knows nothing of the world outside', () => {
    const outside =
      'file url dictGet joinGet getSetting currentUser hostName sleep executable remote hasColumnInTable aiGenerate'
    for (const name of [...outside.split(' '), 'fileIf', '', 'constructor']) {
      expect([name, mayCall(name)]).toEqual([name, false])
    }
  })

  it('leaves states of aggregates out', () => {
    expect(['sumState', 'sumMerge', 'sumMergeState'].map(mayCall)).toEqual([false, false, false])
  })
})

describe('mayReadFrom', () => {
  it('lets rows be made of numbers only', () => {
    expect(['numbers', 'generateSeries'].map(mayReadFrom)).toEqual([true, true])
    expect(['values', 'file', 'view', 'merge', 'input'].map(mayReadFrom)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ])
  })
})
