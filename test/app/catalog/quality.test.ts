import { describe, expect, it } from 'vitest'
import { RowCheck } from '../../../src/app/catalog/quality.ts'
import { recordReasons } from '../../../src/app/catalog/record-reasons.ts'
import { events } from '../../../src/streams/events/index.ts'
import { incidents } from '../../../src/streams/incidents/index.ts'

const AT_MS = Date.parse('2026-11-27T15:00:00Z')
const DAY_S = 24 * 60 * 60
const rules = { zone: 'UTC', oldestMs: 0, maxFutureMs: 60_000 }
const profile = { rows: 4, columns: [], hasAllColumns: true, blanks: [1, 0] }
const needs = [['key', 'id'], ['begins']]

const event = (id: string, updatedAt: string) => ({
  ...{ event_id: id, updated_at: updatedAt, title: 'x', kind: 'concert', status: 'confirmed' },
  ...{ starts_at: '2026-12-01T19:00:00Z', ends_at: '2026-12-01T20:00:00Z' },
})

describe('the quality of a version', () => {
  it('counts blanks, refused rows by reason, repeated ids and the age of the newest', () => {
    const check = new RowCheck(events, recordReasons(events, rules), AT_MS)
    check.add(event('a', '2026-11-26T15:00:00Z'))
    check.add(event('a', '2026-11-25T15:00:00Z'))
    check.add(event('b', '2026-11-27T14:00:00Z'))
    check.add(event('c', 'no time'))
    expect(check.end(profile, needs, 60_000)).toEqual({
      ...{ completeness: 7 / 8, blanks: { key: 1 } },
      ...{ validity: 3 / 4, refused: { updated_at_format: 1 } },
      ...{ uniqueness: 2 / 3, doubles: 1, restated: null },
      ...{ newest_at: '2026-11-27T14:00:00.000Z', age_s: 3600, allowed_age_s: DAY_S + 60 },
    })
  })

  it('takes what a reader refused with its own reason', () => {
    const check = new RowCheck(incidents, recordReasons(incidents, rules), AT_MS)
    check.add({ refused: ['outside_city'], says: 'far', row: 2, original: '' })
    expect(check.end({ ...profile, rows: 1 }, needs, null)).toMatchObject({
      ...{
        validity: 0,
        refused: { outside_city: 1 },
        uniqueness: null,
        newest_at: null,
        allowed_age_s: null,
      },
    })
  })

  it('says nothing of what has no rows or needs nothing', () => {
    const check = new RowCheck(events, recordReasons(events, rules), AT_MS)
    expect(check.end({ ...profile, rows: 0, blanks: [] }, [], null)).toMatchObject({
      ...{ completeness: null, validity: null, uniqueness: null, doubles: 0, age_s: null },
    })
  })
})
