import { describe, expect, it } from 'vitest'
import { streams } from '../../../src/streams/index.ts'
import { hasRows, TOPICS } from '../../../web/src/api/streams.ts'
import { stream } from '../fixtures.ts'

describe('streams', () => {
  it('are asked for once they hold anything', () => {
    const known = [stream('weather', { rows: 3 }), stream('events')]
    expect(['weather', 'events', 'cameras'].map(name => hasRows(known, name))).toEqual([true, false, false])
  })

  it('whose news the page hears are declared: the server refuses names that it does not know', () => {
    const declared = streams.map(({ name }): string => name)
    expect(TOPICS.filter(name => !declared.includes(name))).toEqual([])
  })
})
