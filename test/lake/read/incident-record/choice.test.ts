import { describe, expect, it } from 'vitest'
import { conditionOf } from '../../../../src/lake/read/incident-record/choice.ts'

describe('the condition of a choice of incidents', () => {
  it('leaves re-posts and withdrawn reports out, whatever is chosen', () => {
    expect(conditionOf({})).toEqual({ sql: 'NOT i.is_repost AND NOT i.withdrawn', params: {} })
  })

  it('hands every value over as a parameter', () => {
    const evil = "' OR 1 = 1 --"
    const { sql, params } = conditionOf({
      from: '2017-01-01',
      to: '2018-01-01',
      types: [evil],
      quadrants: ['NE'],
      communities: [evil],
      weekdays: [1, 7],
      words: evil,
      box: [-114.3, 50.8, -113.8, 51.2],
    })
    expect(sql).not.toContain(evil)
    expect(Object.values(params).flat()).toEqual(
      expect.arrayContaining(['2017-01-01', '2018-01-01', evil, 'NE', 1, 7, -114.3, 51.2]),
    )
  })

  it.each([
    [{ hourFrom: 7, hourTo: 9 }, '>= {hourFrom:UInt8} AND i.local_hour <='],
    [{ hourFrom: 22, hourTo: 5 }, '>= {hourFrom:UInt8} OR i.local_hour <='],
    [{ hourFrom: 7 }, '>= {hourFrom:UInt8} AND i.local_hour <='],
  ])('of the hours %j asks %s', (hours, words) => {
    expect(conditionOf(hours).sql).toContain(words)
  })

  it('asks nothing of the hour when all of them are meant', () => {
    expect(conditionOf({ hourFrom: 0, hourTo: 23 }).sql).not.toContain('local_hour')
  })
})
