import { describe, expect, it } from 'vitest'
import { calendarDays, unknownPlace } from '../../../src/sources/calendars/index.ts'

const options = { country: 'US', state: 'NY', cityZone: 'America/New_York', fromYear: 2026, toYear: 2027 }

describe('calendarDays', () => {
  it('gives public holidays from midnight to midnight of the city, the same each time', async () => {
    const lines = await calendarDays(options)
    expect(lines.find(({ event_id }) => event_id === 'holiday/2026-11-26')).toEqual({
      event_id: 'holiday/2026-11-26',
      updated_at: '2026-01-01T00:00:00.000Z',
      kind: 'holiday',
      title: 'Thanksgiving Day',
      status: 'confirmed',
      starts_at: '2026-11-26T05:00:00.000Z',
      ends_at: '2026-11-27T05:00:00.000Z',
    })
    expect(new Set(lines.map(({ event_id }) => event_id)).size).toBe(lines.length)
    expect(await calendarDays(options)).toEqual(lines)
  })

  it('gives terms and breaks with their last day, and nothing of a country nobody knows', async () => {
    const schoolTerms = [{ name: 'Autumn', from: '2026-09-08', to: '2026-12-23' }]
    const lines = await calendarDays({ ...options, country: 'ZZ', state: '', schoolTerms })
    expect(lines).toMatchObject([
      { event_id: 'school-term/2026-09-08', kind: 'school', ends_at: '2026-12-24T05:00:00.000Z' },
    ])
  })

  it('gives a feast of days as one event', async () => {
    const lines = await calendarDays({ ...options, country: 'SA', state: '', cityZone: 'Asia/Riyadh' })
    expect(lines.find(({ event_id }) => event_id === 'holiday/2026-03-19')).toMatchObject({
      starts_at: '2026-03-18T21:00:00.000Z',
      ends_at: '2026-03-22T21:00:00.000Z',
    })
  })
})

describe('unknownPlace', () => {
  it('says what is unknown, and what is known instead', async () => {
    expect(await unknownPlace({ country: 'US', state: 'NY' })).toBeNull()
    expect(await unknownPlace({ country: 'DE', state: 'BY', region: 'EVANG' })).toBeNull()
    expect(await unknownPlace({ country: 'ZZ', state: 'NY' })).toContain('the country "ZZ" is unknown')
    expect(await unknownPlace({ country: 'DE', state: 'NY' })).toContain(
      'the state "NY" is unknown in DE; known: BB',
    )
    expect(await unknownPlace({ country: 'US', state: 'NY', region: 'X' })).toContain('known: none')
  })
})
