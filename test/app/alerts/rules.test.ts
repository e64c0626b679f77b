import { describe, expect, it } from 'vitest'
import { incidentRules, problemRules, wordsOf } from '../../../src/app/alerts/rules.ts'
import type { RuleSettings } from '../../../src/app/alerts/rules.ts'

const rule = (over: Partial<RuleSettings>): RuleSettings => ({
  ...{ name: 'r', targets: ['ops'], types: null, severity: null, communities: null, quadrants: null },
  ...{ circle: null, polygon: null, problems: false, codes: null },
  ...over,
})

describe('rules of alerts', () => {
  it('are about incidents or about problems', () => {
    const all = [rule({ name: 'a', quadrants: ['sw'] }), rule({ name: 'b', problems: true })]
    expect(incidentRules(all, []).map(({ name, quadrants }) => [name, quadrants])).toEqual([['a', ['SW']]])
    expect(problemRules(all).map(({ name }) => name)).toEqual(['b'])
  })

  it('name types and communities that there are', () => {
    const right = rule({ types: ['stalled'], communities: ['mission'] })
    expect(incidentRules([right], ['MISSION'])).toHaveLength(1)
    const wrong = [
      rule({ name: 'a', types: ['stalled', 'ufo'] }),
      rule({ name: 'b', communities: ['Atlantis'] }),
    ]
    const both =
      /"a": there is no type "ufo"; allowed: pedestrian, .*\n.*"b": there is no community "Atlantis"/
    expect(() => incidentRules(wrong, ['MISSION'])).toThrow(both)
    expect(() => incidentRules([right], [])).toThrow('none, as no communities are known')
  })

  it('say in words what they are about', () => {
    expect(wordsOf(rule({}))).toBe('every incident')
    expect(wordsOf(rule({ problems: true }))).toBe('every problem')
    expect(wordsOf(rule({ problems: true, codes: ['jobs'] }))).toBe('problems: jobs')
    const circle = { latitude: 51, longitude: -114, radiusM: 500 }
    const near = rule({ types: ['stalled'], severity: 'moderate', communities: ['Mission'], circle })
    expect(wordsOf(near)).toBe('incidents: stalled; at least moderate; in Mission; within 500 m of 51, -114')
  })
})
