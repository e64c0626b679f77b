import { describe, expect, it } from 'vitest'
import { FeedError } from '../../../src/core/feed-error.ts'
import type { IncidentColumns } from '../../../src/sources/incidents/index.ts'
import { recordsOf, rejectsOf, rowsOf } from './rows.ts'
import { A, B, C, D, E, E_GEOJSON, E_JSON, F } from './variants.ts'

const columnsOf = async (text: string): Promise<IncidentColumns | undefined> => {
  let found: IncidentColumns | undefined
  await rowsOf(text, { onColumns: columns => (found = columns) })
  return found
}

describe('incidentRows', () => {
  it('reads the archives without ids', async () => {
    expect(await recordsOf(A)).toEqual([
      {
        incident_id: 'noid/2016-12-17T00:37:43Z/51.06738,-114.02855',
        has_source_id: false,
        updated_at: '2016-12-17T00:53:31Z',
        modified_known: true,
        started_at: '2016-12-17T00:37:43Z',
        utc_offset_min: -420,
        title: 'Southbound Deerfoot Trail at Glenmore Trail SE',
        description: '2 vehicle incident.',
        quadrant: 'SE',
        latitude: 51.0673798693422,
        longitude: -114.028551292521,
        repaired: false,
        original_started_at: null,
        original_modified_at: null,
        withdrawn: false,
      },
    ])
  })

  it('sets right what is two hours late, keeps what stood there, and leaves other rows alone', async () => {
    const [sound, late, digits] = await recordsOf(B)
    expect(sound).toMatchObject({ started_at: '2018-01-05T15:15:00Z', repaired: false })
    expect(late).toMatchObject({
      incident_id: '2017-07-18T17:50:0451.03-114.06',
      started_at: '2017-07-18T22:50:04Z',
      updated_at: '2017-07-18T22:53:59Z',
      utc_offset_min: -360,
      repaired: true,
      original_started_at: '07/18/2017 06:50:04 PM',
      original_modified_at: '07/18/2017 06:53:59 PM',
    })
    expect(digits).toMatchObject({
      started_at: '2018-05-25T15:30:12Z',
      updated_at: '2018-05-25T15:30:12Z',
      modified_known: false,
      quadrant: null,
      title: 'Crowchild Trail & 24 Avenue NW',
      repaired: false,
    })
  })

  it('reads an export the same from every newer form of it', async () => {
    const [c] = await recordsOf(C)
    expect(c).toMatchObject({
      incident_id: '2023-01-31T17:45:4051.00106-114.1216',
      started_at: '2023-02-01T00:45:40Z',
      updated_at: '2023-02-01T01:20:00Z',
      title: 'Westbound Glenmore Trail and Crowchild Trail SW',
      description: 'Traffic incident.',
      latitude: 51.00106,
    })
    expect(await recordsOf(D)).toEqual([c])
    const [e] = await recordsOf(E)
    expect(e).toEqual({ ...c, updated_at: '2023-02-01T00:45:40Z', modified_known: false, quadrant: null })
    expect((await recordsOf(E_JSON))[0]).toEqual(e)
    expect(await recordsOf(E_GEOJSON)).toEqual([e])
    expect(await recordsOf(E_JSON.replaceAll('},{"incident', '}\n{"incident').slice(1, -1))).toEqual(
      await recordsOf(E_JSON),
    )
  })

  it('takes the place of a point where the two columns are not there', async () => {
    expect((await recordsOf(E_JSON))[1]).toMatchObject({ latitude: 51.0378, longitude: -114.0733 })
    expect(await recordsOf(A.replace('-114.028551292521,51.0673798693422', ','))).toMatchObject([
      { latitude: 51.06738, longitude: -114.028551 },
    ])
  })

  it('takes times of the newest export as UTC, with the offset that holds since June 2026', async () => {
    expect(await recordsOf(F)).toMatchObject([
      { started_at: '2026-07-01T00:45:40Z', updated_at: '2026-07-01T01:45:40Z', utc_offset_min: -360 },
    ])
    expect(await recordsOf(F.replace('2026-07-01T00:45:40.000', '2026-12-24T18:00:00'))).toMatchObject([
      { started_at: '2026-12-24T18:00:00Z', utc_offset_min: -360 },
    ])
  })

  it.each([
    ['A', A],
    ['B', B],
    ['C', C],
    ['D', D],
    ['E', E],
    ['E', E_JSON],
    ['F', F],
    ['other', A.replace('START_DT', 'Start date')],
  ])('knows variant %s by its header', async (variant, text) => {
    expect(await columnsOf(text)).toMatchObject({ variant })
  })

  it('says which columns are missing and which are not read', async () => {
    const more = A.replace('Count\n', 'Count,Severity,:id\n').replace(',1\n', ',1,high,row-x\n')
    expect(await columnsOf(more)).toMatchObject({ missing: ['id'], extra: ['Severity', ':id'] })
    expect(await recordsOf(more)).toEqual(await recordsOf(A))
  })

  it('names a column it cannot do without, and what there is', async () => {
    const renamed = A.replace('START_DT', 'when_it_was')
    await expect(rowsOf(renamed)).rejects.toThrow(FeedError)
    await expect(rowsOf(renamed)).rejects.toThrow(/no column start_dt.*"when_it_was"/)
    await expect(rowsOf(E_JSON.replaceAll('"point"', '"p"').replaceAll('latitude', 'l'))).rejects.toThrow(
      /no column latitude/,
    )
  })

  it('takes a column by the name the user gives for it', async () => {
    const renamed = A.replace('START_DT', 'when_it_was')
    expect(await recordsOf(renamed, { columns: { start: 'when_it_was' } })).toEqual(await recordsOf(A))
    await expect(rowsOf(renamed, { columns: { start: 'whenever' } })).rejects.toThrow(/no column "whenever"/)
  })

  it.each([
    ['A', A],
    ['B', B],
    ['E as JSON', E_JSON],
    ['E as GeoJSON', E_GEOJSON],
  ])('reads %s the same in pieces of any size', async (_, text) => {
    const whole = await rowsOf(text)
    const long = text + ' '.repeat(5000)
    for (const bytes of [1, 7, 100, 4096]) expect(await rowsOf(long, {}, bytes)).toEqual(whole)
  })

  it('rejects a row with its reason, the remedy and the row as it stands, and goes on', async () => {
    const [header = '', row = ''] = A.split('\n')
    const rows = [
      row,
      row.replace('12/16/2016 05:37:43 PM', '13/46/2016 05:37:43 PM'),
      row.replace('12/16/2016 05:37:43 PM', ''),
      row.replace('12/16/2016 05:53:31 PM', 'soon'),
      row.replace('-114.028551292521', '-1140.28'),
      'Cut off,in the mid',
      row,
    ]
    const text = [header, ...rows].join('\r\n')
    const rejects = await rejectsOf(text)
    expect(rejects.map(({ row: number, reason }) => [number, reason])).toEqual([
      [3, 'start_invalid'],
      [4, 'start_missing'],
      [5, 'modified_invalid'],
      [6, 'place_invalid'],
      [7, 'cell_count'],
    ])
    expect(rejects.map(({ original }) => original)).toEqual(rows.slice(1, 6))
    expect(rejects[0]?.says).toMatch(/"13\/46\/2016 05:37:43 PM" is no time; write/)
    expect((await rowsOf(text)).length).toBe(rows.length)
  })

  it('says everything that is wrong with a row at once', async () => {
    const bad = A.replace('05:53:31 PM', '').replace('12/16/2016 05:37:43 PM', 'x')
    const [reject] = await rejectsOf(bad.replace('51.0673798693422', 'north'))
    expect(reject).toMatchObject({ reason: 'start_invalid' })
    expect(reject?.says).toMatch(/start "x".*modification "12\/16\/2016".*latitude north/)
  })

  it('rejects what lies outside the city, and nothing without a boundary', async () => {
    const far = A.replace('51.0673798693422', '0.0051')
    const isNearCity = (latitude: number) => latitude > 50
    expect(await rejectsOf(far, { isNearCity })).toMatchObject([
      { row: 2, reason: 'outside_city', says: expect.stringContaining('latitude 0.0051') as string },
    ])
    expect(await rejectsOf(far)).toEqual([])
  })

  it('gives a row that is not UTF-8 a fate of its own', async () => {
    const bytes = Buffer.concat([Buffer.from(A), Buffer.from([0xe9]), Buffer.from(A.split('\n')[1] ?? '')])
    const rejects = await rejectsOf(bytes)
    expect(rejects).toMatchObject([{ row: 3, reason: 'not_utf8' }])
    expect(rejects[0]?.original).toMatch(/^éSouthbound/)
    expect(await rowsOf(bytes)).toHaveLength(2)
  })

  it('keeps letters beyond ASCII, and reads a byte order mark away', async () => {
    const text = `\uFEFF${A.replace('2 vehicle', 'Véhicule en panne –')}`
    expect(await recordsOf(text)).toMatchObject([{ description: 'Véhicule en panne – incident.' }])
  })

  it('rejects an element that is no object, or was cut off', async () => {
    const cut = `${E_JSON.slice(0, -1)},"x",{"incident_info":"Deerf`
    expect(await rejectsOf(cut)).toMatchObject([
      { row: 3, reason: 'json_syntax', original: '"x"' },
      { row: 4, reason: 'json_syntax', original: '{"incident_info":"Deerf' },
    ])
  })

  it('takes an export without rows', async () => {
    expect(await rowsOf(A.split('\n')[0] ?? '')).toEqual([])
    expect(await rowsOf('[]')).toEqual([])
    expect(await rowsOf('{"type":"FeatureCollection","features":[]}')).toEqual([])
  })

  it.each([
    ['', /is empty/],
    ['<!DOCTYPE html><html>', /is HTML or XML/],
    ['{"error":true,"message":"Throttled"}', /error of the source.*Throttled/],
    ['{"type":"FeatureCollection","features":[{"type":"Feat', /no whole JSON/],
  ])('refuses what is no export: %s', async (text, message) => {
    await expect(rowsOf(text)).rejects.toThrow(FeedError)
    await expect(rowsOf(text)).rejects.toThrow(message)
  })

  it('reads semicolons and tabs', async () => {
    const other = (separator: string) =>
      A.replaceAll('"(51.06738, -114.028551)"', '').replaceAll(',', separator)
    expect(await recordsOf(other(';'))).toEqual(await recordsOf(A))
    expect(await recordsOf(other('\t'))).toEqual(await recordsOf(A))
  })
})
