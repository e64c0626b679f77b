import { describe, expect, it } from 'vitest'
import { isStampFormat, stampReader } from '../../../src/core/time/stamp.ts'

const read = (format: string, zone: string | undefined, value: unknown) =>
  stampReader(format, zone, 'value')(value).text

describe('stampReader', () => {
  it('keeps instants and puts them into UTC', () => {
    expect(read('iso', 'America/Los_Angeles', '2026-06-16T12:00:00Z')).toBe('2026-06-16T12:00:00Z')
    expect(read('iso', undefined, '2026-06-16T12:00:00.250+02:00')).toBe('2026-06-16T10:00:00.250Z')
    expect(read('iso', undefined, '2026-06-16 12:00-0530')).toBe('2026-06-16T17:30:00Z')
  })

  it('puts wall-clock times of a zone into UTC; a skipped hour moves forward, a double one is its first pass', () => {
    expect(read('iso', 'America/Los_Angeles', '2012-03-11 01:55:00')).toBe('2012-03-11T09:55:00Z')
    expect(read('iso', 'America/Los_Angeles', '2012-03-11 02:30:00')).toBe('2012-03-11T10:30:00Z')
    expect(read('iso', 'America/Los_Angeles', '2012-03-11 03:00:00')).toBe('2012-03-11T10:00:00Z')
    expect(read('iso', 'America/Los_Angeles', '2012-11-04 01:30:00')).toBe('2012-11-04T08:30:00Z')
  })

  it('leaves a time without any zone to the city that receives it', () => {
    const stamp = stampReader('iso', undefined, 'value')('2026-06-16 12:00')
    expect(stamp).toEqual({ text: '2026-06-16T12:00:00', ms: Date.parse('2026-06-16T12:00:00Z') })
  })

  it('reads seconds and milliseconds since 1970, as numbers or text', () => {
    expect(read('unix_s', undefined, 1_781_611_200)).toBe('2026-06-16T12:00:00Z')
    expect(read('unix_s', undefined, '1781611200.5')).toBe('2026-06-16T12:00:00.500Z')
    expect(read('unix_ms', undefined, 1_781_611_200_000n)).toBe('2026-06-16T12:00:00Z')
  })

  it('reads patterns, with twelve-hour clocks', () => {
    const pattern = 'MM/dd/yyyy hh:mm:ss a'
    expect(read(pattern, 'UTC', '06/16/2026 12:00:05 AM')).toBe('2026-06-16T00:00:05Z')
    expect(read(pattern, 'UTC', '06/16/2026 12:00:05 PM')).toBe('2026-06-16T12:00:05Z')
    expect(read(pattern, 'America/New_York', '06/16/2026 05:07:09 pm')).toBe('2026-06-16T21:07:09Z')
    expect(read('d.M.yyyy H:mm', 'Europe/Berlin', '1.7.2026 9:05')).toBe('2026-07-01T07:05:00Z')
    expect(read("yyyy-MM-dd'T'HH", 'UTC', '2026-06-16T07')).toBe('2026-06-16T07:00:00Z')
  })

  it('reads the wall clocks and instants of typed files', () => {
    const ms = Date.parse('2012-03-11T02:30:00Z')
    expect(stampReader('iso', 'America/Los_Angeles', 'wallclock')(ms).text).toBe('2012-03-11T10:30:00Z')
    expect(stampReader('iso', 'America/Los_Angeles', 'instant')(ms).text).toBe('2012-03-11T02:30:00Z')
  })

  it('passes on what is no time, without a time', () => {
    for (const bad of [
      'yesterday',
      '2026-02-29',
      '2026-06-31 08:00',
      '2026-13-01 00:00',
      '2026-06-16 25:00',
      '',
    ]) {
      const stamp = stampReader('iso', 'UTC', 'value')(bad)
      expect([stamp.text, stamp.ms]).toEqual([bad, NaN])
    }
    expect(stampReader('unix_s', undefined, 'value')(1e300)).toEqual({ text: '1e+300', ms: NaN })
    expect(read('iso', undefined, '2026-02-31T08:00:00Z')).toBe('2026-02-31T08:00:00Z')
    expect(read('dd.MM.yyyy HH:mm', 'UTC', '31.12.2026 08:00')).toBe('2026-12-31T08:00:00Z')
    expect(read('iso', 'UTC', '2028-02-29')).toBe('2028-02-29T00:00:00Z')
    expect(read('hh:mm a MM/dd/yyyy', 'UTC', '13:00 PM 06/16/2026')).toBe('13:00 PM 06/16/2026')
  })

  it('answers each of a run of values, also after a bad one', () => {
    const reader = stampReader('iso', 'UTC', 'value')
    const values = ['2026-06-16', '2026-06-16', 'x', 'x', '2026-06-17']
    expect(values.map(value => reader(value).text)).toEqual([
      '2026-06-16T00:00:00Z',
      '2026-06-16T00:00:00Z',
      'x',
      'x',
      '2026-06-17T00:00:00Z',
    ])
  })
})

describe('isStampFormat', () => {
  it('takes the named formats and patterns that hold a whole time', () => {
    for (const format of ['iso', 'unix_s', 'unix_ms', 'MM/dd/yyyy hh:mm:ss a', 'dd.MM.yy HH']) {
      expect([format, isStampFormat(format)]).toEqual([format, true])
    }
  })

  it('refuses unknown letters, missing parts and parts that come twice', () => {
    for (const format of [
      'ISO',
      'yyyy-MM-dd',
      'MM/dd/yyyy hh:mm',
      'yyyy-MM-dd HH QQ',
      'yyyy yy MM dd HH',
      '',
    ]) {
      expect([format, isStampFormat(format)]).toEqual([format, false])
    }
  })
})
