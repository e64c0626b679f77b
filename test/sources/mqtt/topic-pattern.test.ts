import { describe, expect, it } from 'vitest'
import { overlap, topicPattern } from '../../../src/sources/mqtt/topic-pattern.ts'

describe('a topic of the settings', () => {
  it('asks for a wildcard where a field is, and finds the field in a message’s topic', () => {
    const { filter, fields, match } = topicPattern('city/{sensor_id}/+/{lane}')
    expect([filter, fields]).toEqual(['city/+/+/+', ['sensor_id', 'lane']])
    expect(match('city/INT-1/speed/3')).toEqual({ sensor_id: 'INT-1', lane: '3' })
    expect(match('city/INT-1/speed')).toBeNull()
    expect(match('town/INT-1/speed/3')).toBeNull()
  })

  it('may be open at its end, and is its own beginning too', () => {
    const { match } = topicPattern('city/{sensor_id}/#')
    expect(match('city/a')).toEqual({ sensor_id: 'a' })
    expect(match('city/a/b/c')).toEqual({ sensor_id: 'a' })
    expect(match('city')).toBeNull()
    expect(topicPattern('#').match('$SYS/broker/uptime')).toBeNull()
  })

  it('may be shared: the broker deals its messages out, their topics are the same', () => {
    const { filter, match } = topicPattern('$share/two/city/{sensor_id}')
    expect(filter).toBe('$share/two/city/+')
    expect(match('city/a')).toEqual({ sensor_id: 'a' })
  })

  it.each([
    ['city/{sensor_id', 'a field is a whole level'],
    ['city/x{sensor_id}', 'a field is a whole level'],
    ['city/{a}/{a}', 'twice'],
    ['city/#/speed', 'wildcard'],
    ['city/sp+d', 'wildcard'],
    ['$share/two', 'shared by nobody'],
  ])('%s is refused in words', (text, words) => {
    expect(() => topicPattern(text)).toThrow(words)
  })
})

describe('two topics', () => {
  it.each([
    ['city/#', 'city/a/b', true],
    ['city/#', 'city', true],
    ['city', 'city/#', true],
    ['city/+/speed', 'city/{sensor_id}/count', false],
    ['city/+/speed', 'city/a/+', true],
    ['city/a', 'city/a/b', false],
    ['+/a', 'city/+', true],
    ['$share/g/city/a', 'city/a', true],
  ])('%s and %s have messages in common: %s', (a, b, expected) => {
    expect(overlap(topicPattern(a), topicPattern(b))).toBe(expected)
    expect(overlap(topicPattern(b), topicPattern(a))).toBe(expected)
  })
})
