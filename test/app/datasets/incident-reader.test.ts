import { describe, expect, it } from 'vitest'
import { incidentReader } from '../../../src/app/datasets/incident-reader.ts'
import type { ReadRow } from '../../../src/app/datasets/reader.ts'

const about = { arrivedAtMs: 0, zone: 'America/Edmonton', constants: {} }
const row = (more: object) => ({
  incident_info: '16 Avenue and 36 Street NE',
  description: 'Two vehicle incident.',
  start_dt: '2024-07-01T08:30:00.000',
  modified_dt: '2024-07-01T09:00:00.000',
  quadrant: 'NE',
  longitude: '-113.98',
  latitude: '51.06',
  count: '1',
  id: '2024-07-01T08:30:0051.06-113.98',
  ':id': 'row-a1b2-c3d4_e5f6',
  ':updated_at': '2024-07-01T15:10:00.000Z',
  ...more,
})

async function read(rows: readonly object[], reader = incidentReader()): Promise<ReadRow[]> {
  const found: ReadRow[] = []
  for await (const one of reader.rows(Buffer.from(JSON.stringify(rows)), about)) found.push(one)
  return found
}

describe('the reader of the incident record', () => {
  it('makes records of rows as SODA gives them, system columns and all', async () => {
    const [first] = await read([row({})])
    expect(first).toMatchObject({
      record: {
        incident_id: '2024-07-01T08:30:0051.06-113.98',
        has_source_id: true,
        started_at: expect.stringContaining('2024-07-01T14:30:00') as string,
        utc_offset_min: -360,
        quadrant: 'NE',
        withdrawn: false,
      },
    })
  })

  it('hands on what is no record with its reason, as it stood', async () => {
    const [, second] = await read([row({}), row({ start_dt: 'yesterday' })])
    expect(second).toMatchObject({
      reject: {
        line: {
          refused: ['start_invalid'],
          row: 2,
          original: expect.stringContaining('"start_dt":"yesterday"') as string,
        },
      },
    })
  })

  it('refuses what lies outside the city, where it is known', async () => {
    const outside = await read([row({})], incidentReader({ isNearCity: () => false }))
    expect(outside).toMatchObject([{ reject: { line: { refused: ['outside_city'] } } }])
  })

  it('does not say that an incident which came back was modified then', async () => {
    const reader = incidentReader()
    const at = '2026-11-27T15:00:00.000Z'
    expect(reader.renewed?.({ incident_id: 'a', modified_known: true }, at)).toEqual({
      incident_id: 'a',
      updated_at: at,
      modified_known: false,
    })
  })
})
