import { describe, expect, it } from 'vitest'
import { isCorrupted, sourceTime, timeOfId, utcText } from '../../../src/sources/incidents/source-times.ts'
import { seededRandom } from '../../random.ts'

const local = (text: string) => Date.parse(`${text}Z`)

describe('sourceTime', () => {
  it.each([
    ['10/12/2019 05:45:40 PM', '2019-10-12T17:45:40'],
    ['1/2/2019 5:45:40 am', '2019-01-02T05:45:40'],
    ['12/31/2018 12:00:00 AM', '2018-12-31T00:00:00'],
    ['2023/01/31 12:45:40 PM', '2023-01-31T12:45:40'],
    ['2023-01-31T17:45:40.000', '2023-01-31T17:45:40'],
    ['2023-01-31T17:45:40', '2023-01-31T17:45:40'],
    ['02/29/2020 12:59:59 AM', '2020-02-29T00:59:59'],
    ['2023-01-31 17:45:40', '2023-01-31T17:45:40'],
  ])('reads %s as a wall clock', (text, expected) => {
    expect(sourceTime(text)).toEqual({ ms: local(expected), isInstant: false })
  })

  it.each(['2026-07-01T01:45:40+00:00', '2026-06-30T19:45:40-06:00', '2026-07-01T01:45:40.000Z'])(
    'reads %s as an instant',
    text => {
      expect(sourceTime(text)).toEqual({ ms: local('2026-07-01T01:45:40'), isInstant: true })
    },
  )

  it.each([
    '02/30/2019 05:45:40 PM',
    '02/29/2019 05:45:40 AM',
    '00/10/2019 05:45:40 AM',
    '2019/13/01 05:45:40 AM',
    '10/12/2019 05:60:40 AM',
    '10/12/2019 00:45:40 AM',
    '10/12/2019 05:45:40 XM',
    '2019-10-12T25:00:00',
    '10/12/2019 13:45:40 PM',
    '10/12/2019',
    'NULL',
    '',
    '1570902340',
  ])('reads %s as no time', text => {
    expect(sourceTime(text)).toBeNull()
  })
})

describe('timeOfId', () => {
  it('reads both forms, whatever the coordinates behind them', () => {
    expect(timeOfId('2024-12-31T23:31:1450.96863231785932-114.07170708290658')).toBe(
      local('2024-12-31T23:31:14'),
    )
    expect(timeOfId('2018052509301251.05-114.07')).toBe(local('2018-05-25T09:30:12'))
  })

  it('is NaN where an id begins with no time', () => {
    expect(timeOfId('2018-13-01T00:00:0051.0-114.0')).toBeNaN()
    expect(timeOfId('incident-17')).toBeNaN()
    expect(timeOfId('2018')).toBeNaN()
  })
})

describe('isCorrupted', () => {
  const id = '2019-07-18T17:50:0451.03-114.06'

  it('is true for a start of exactly an hour after the id, in any month', () => {
    expect(isCorrupted(local('2019-07-18T18:50:04'), id)).toBe(true)
    expect(isCorrupted(local('2018-01-18T18:50:04'), '2018-01-18T17:50:0451.03-114.06')).toBe(true)
  })

  it('is false for a start that equals its id, also in summer', () => {
    expect(isCorrupted(local('2019-07-18T17:50:04'), id)).toBe(false)
  })

  it('is false for any other difference, and where the id has no time', () => {
    expect(isCorrupted(local('2019-07-18T18:50:05'), id)).toBe(false)
    expect(isCorrupted(local('2019-07-18T16:50:04'), id)).toBe(false)
    expect(isCorrupted(local('2019-07-18T18:50:04'), 'x')).toBe(false)
  })
})

describe('utcText', () => {
  it('writes what Date does, without parts of a second where there are none', () => {
    const random = seededRandom(5)
    for (let i = 0; i < 2000; i++) {
      const ms = Math.floor(random() * 4e12 - 1e12)
      const odd = ms - (ms % 1000) + 1 + (i % 999)
      expect(utcText(odd)).toBe(new Date(odd).toISOString())
      const whole = Math.floor(ms / 1000) * 1000
      expect(utcText(whole)).toBe(new Date(whole).toISOString().replace('.000', ''))
    }
  })
})
