import { describe, expect, it } from 'vitest'
import { parseMetar } from '../../../../src/sources/poll/presets/metar-report.ts'
import type { MetarReport } from '../../../../src/sources/poll/presets/metar-report.ts'

const AROUND = Date.parse('2026-11-27T15:00:00Z')
const parsed = (line: string, around = AROUND) => {
  const report = parseMetar(line, around)
  if (report === null || report === 'nil') throw new Error(String(report))
  return report
}
const at = (line: string, around: string) =>
  new Date(parsed(line, Date.parse(around)).observedAtMs).toISOString()
const of = <K extends keyof MetarReport>(name: K, groups: string) => parsed(`CYYC 271450Z ${groups}`)[name]

describe('parseMetar', () => {
  it('reads a report of the United States whole, tenths from its remarks', () => {
    expect(
      parsed('KJFK 271451Z 31015G25KT 10SM FEW050 BKN250 M01/M12 A3010 RMK AO2 SLP193 P0000 T10061117'),
    ).toEqual({
      stationId: 'KJFK',
      observedAtMs: Date.parse('2026-11-27T14:51:00Z'),
      temperatureF: 30.92,
      dewPointF: 10.94,
      humidity: 0.4284,
      precipitationInH: 0,
      visibilityMiles: 10,
      windMph: 17.261692,
      pressureHpa: 1019.3,
      condition: 'cloudy',
    })
  })

  it('reads one of Europe, metric, and stops before its trend', () => {
    expect(
      parsed('METAR EDDF 271450Z AUTO 24008MPS 9999 -RA SCT012 08/06 Q0998 TEMPO 2000 SN OVC003='),
    ).toMatchObject({
      temperatureF: 46.4,
      visibilityMiles: 6.213712,
      windMph: 17.89549,
      pressureHpa: 998,
      condition: 'rain',
      precipitationInH: null,
    })
  })

  it.each([
    ['1 3/4SM', 1.75],
    ['M1/4SM', 0.25],
    ['P6SM', 6],
    ['0400', 0.248548],
    ['9999NDV', 6.213712],
    ['CAVOK', 6.213712],
    ['////', null],
    ['1/0SM', null],
  ])('sees as far as %s says', (groups, miles) => {
    expect(of('visibilityMiles', groups)).toBe(miles)
  })

  it.each([
    ['+SHRA BKN010', 'heavy_rain'],
    ['-DZ BR', 'rain'],
    ['TSRA', 'rain'],
    ['-RASN', 'snow'],
    ['FZFG VV001', 'fog'],
    ['BR FEW010', 'fog'],
    ['VCSH SCT020', 'clear'],
    ['HZ SKC', 'clear'],
    ['OVC002', 'cloudy'],
    ['12/10', null],
  ])('takes %s for %s', (groups, condition) => {
    expect(of('condition', groups)).toBe(condition)
  })

  it.each([
    ['00000KT', 0],
    ['VRB03KT', 3.452338],
    ['/////KT', null],
    ['09010KMH', 6.213712],
  ])('blows as %s says', (groups, mph) => {
    expect(of('windMph', groups)).toBe(mph)
  })

  it('takes its month from when it arrived', () => {
    expect(at('CYYC 302350Z 1/1', '2026-12-01T00:10:00Z')).toBe('2026-11-30T23:50:00.000Z')
    expect(at('CYYC 010005Z 1/1', '2026-11-30T23:59:00Z')).toBe('2026-12-01T00:05:00.000Z')
    expect(at('CYYC 311200Z 1/1', '2027-01-01T00:10:00Z')).toBe('2026-12-31T12:00:00.000Z')
    expect(at('CYYC 301200Z 1/1', '2027-03-02T00:00:00Z')).toBe('2027-01-30T12:00:00.000Z')
  })

  it('takes a corrected report and one without a dew point', () => {
    expect(parsed('METAR COR LFPG 271430Z 02003KT 9999 M00/ Q1013')).toMatchObject({
      temperatureF: 32,
      dewPointF: null,
      humidity: null,
    })
  })

  it('knows what is no report', () => {
    expect(parseMetar('CYYC 271450Z NIL', AROUND)).toBe('nil')
    expect(parseMetar('CYYC 271460Z 00000KT', AROUND)).toBeNull()
    expect(parseMetar('CYYC 001450Z 00000KT', AROUND)).toBeNull()
    expect(parseMetar('<html>', AROUND)).toBeNull()
    expect(parseMetar('', AROUND)).toBeNull()
  })
})
