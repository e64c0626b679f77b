import { describe, expect, it } from 'vitest'
import { clock, clockSeconds, date, moment, weekday, zoneName } from '../../../web/src/ui/city-time.ts'

const AT = Date.UTC(2026, 2, 3, 22, 42, 7)

describe('the city’s time', () => {
  it('is of the city, whatever the browser’s zone', () => {
    expect(clock(AT, 'America/Edmonton')).toBe('15:42')
    expect(clockSeconds(AT, 'America/New_York')).toBe('17:42:07')
    expect(weekday(AT, 'Asia/Tokyo')).toBe('Wed')
    expect(date(AT, 'Asia/Tokyo')).toBe('Wed 4 Mar 2026')
  })

  it('shows the zone as its people write it', () => {
    expect(zoneName(AT, 'America/New_York')).toBe('EST')
    expect(zoneName(Date.UTC(2026, 6, 1), 'America/New_York')).toBe('EDT')
  })

  it('names the day only when it is another', () => {
    expect(moment(AT, AT + 60_000, 'UTC')).toBe('22:42')
    expect(moment(AT, AT + 86_400_000, 'UTC')).toBe('Tue 3 Mar 2026 22:42')
  })

  it('writes midnight as 00', () => {
    expect(clock(Date.UTC(2026, 0, 1), 'UTC')).toBe('00:00')
  })
})
