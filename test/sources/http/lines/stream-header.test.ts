import { describe, expect, it } from 'vitest'
import { CsvHeaderError } from '../../../../src/sources/http/ingest-error.ts'
import { streamHeader } from '../../../../src/sources/http/lines/stream-header.ts'
import { air, parks } from '../../../streams/example.ts'

const row = (header: string, cells: string[], stream = air) =>
  JSON.parse(streamHeader(stream)(header).toJson(cells)) as unknown

describe('the header of a CSV body of a stream', () => {
  it('makes the record that the stream declares, by the types of its fields', () => {
    expect(
      row('station_id,timestamp,no2,grade,calibrated', [
        '0012',
        '2026-03-01T00:00:00Z',
        '4.50',
        'good',
        'yes',
      ]),
    ).toEqual({
      station_id: '0012',
      timestamp: '2026-03-01T00:00:00Z',
      no2: 4.5,
      grade: 'good',
      calibrated: true,
    })
  })

  it('takes parts of counts under three names', () => {
    const header = 'station_id,timestamp,particles.pm10,pm25'
    expect(row(header, ['S', 'T', '3', ''])).toMatchObject({ particles: { pm10: 3, pm25: null } })
    expect(row('station_id,timestamp,particles_pm10', ['S', 'T', '3'])).toMatchObject({
      particles: { pm10: 3 },
    })
  })

  it('refuses two columns that mean the same, and names what lacks', () => {
    expect(() => streamHeader(air)('station_id,timestamp,pm10,particles_pm10')).toThrow(/more than once/)
    expect(() => streamHeader(air)('station_id,no2')).toThrow(/lacks column timestamp/)
    expect(() => streamHeader(air)('station_id;timestamp')).toThrow(CsvHeaderError)
  })

  it('takes texts with semicolons or as JSON, and deeper fields as JSON', () => {
    const header = 'park_id,updated_at,name,streets,outline'
    expect(row(header, ['1', 'T', 'N', 'A St; B St', '{"type":\n"Point"}'], parks)).toEqual({
      park_id: '1',
      updated_at: 'T',
      name: 'N',
      streets: ['A St', 'B St'],
      outline: { type: 'Point' },
    })
    expect(row(header, ['1', 'T', 'N', '["A; B"]', ''], parks)).toMatchObject({
      streets: ['A; B'],
      outline: null,
    })
  })

  it('gives one line whatever the cells hold, and keeps what no field takes as it is', () => {
    const header = streamHeader(parks)('park_id,updated_at,name,streets,outline,withdrawn,extra')
    const line = header.toJson(['a\nb', 'T', '"', '[broken', '{broken\r\n', 'perhaps', '1e5'])
    expect(line).not.toContain('\n')
    expect(JSON.parse(line)).toEqual({
      park_id: 'a\nb',
      updated_at: 'T',
      name: '"',
      streets: ['[broken'],
      outline: '{broken\r\n',
      withdrawn: 'perhaps',
      extra: 1e5,
    })
  })

  it('does not take names of the object’s own for fields', () => {
    const header = streamHeader(air)('station_id,timestamp,__proto__,constructor')
    expect(header.toJson(['S', 'T', '1', '2'])).toBe(
      '{"station_id":"S","timestamp":"T","__proto__":1,"constructor":2}',
    )
  })
})
