import { describe, expect, it } from 'vitest'
import { incidents } from '../../src/streams/incidents/index.ts'
import { reasonsOf } from '../../src/core/stream/index.ts'
import { read } from './read.ts'

/** As the import makes it of a row of the archive of 2017, whose times were two hours late. */
const record = {
  incident_id: '2017-05-01T08:00:0051.06-114.06',
  has_source_id: true,
  updated_at: '2017-05-01T14:02:11Z',
  modified_known: true,
  started_at: '2017-05-01T14:00:00Z',
  utc_offset_min: -360,
  title: '16 Avenue and Centre Street N',
  description: null,
  quadrant: 'NE',
  latitude: 51.06,
  longitude: -114.06,
  repaired: true,
  original_started_at: '05/01/2017 10:00:00 AM',
  original_modified_at: '05/01/2017 10:02:11 AM',
  withdrawn: false,
}
const said = (over: object) => read(incidents, JSON.stringify({ ...record, ...over }))

describe('incidents', () => {
  it('takes a record as the import sends it', () => {
    const { reasons, extras, row } = said({})
    expect([reasons, extras]).toEqual([[], []])
    expect(row).toEqual({
      ...record,
      updated_at: Date.parse(record.updated_at),
      started_at: Date.parse(record.started_at),
    })
  })

  it('takes a report without any text, and one that is withdrawn', () => {
    expect(said({ title: null, quadrant: null }).reasons).toEqual([])
    expect(said({ withdrawn: true }).reasons).toEqual([])
  })

  it('refuses what can not be', () => {
    expect(said({ latitude: 91 }).reasons).toEqual(['latitude_range'])
    expect(said({ started_at: '10/12/2019 05:45:40 PM' }).reasons).toEqual(['started_at_format'])
    expect(said({ has_source_id: null }).reasons).toEqual(['has_source_id_missing'])
    expect(said({ utc_offset_min: -6.5 }).reasons).toEqual(['utc_offset_min_type'])
  })

  it('knows why a reader refuses a row, and keeps the row as it stood', () => {
    const line = JSON.stringify({ refused: ['outside_city'], says: '…', row: 12, original: 'a,b,0.0051' })
    expect(read(incidents, line).reasons).toEqual(['outside_city'])
    expect(reasonsOf(incidents)['outside_city']).toMatch(/2 km outside/)
  })
})
