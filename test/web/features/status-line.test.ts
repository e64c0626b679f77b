import { describe, expect, it } from 'vitest'
import { fromSnapshot } from '../../../web/src/api/live-state.ts'
import { keyFigures } from '../../../web/src/features/status-line/view-model.ts'
import { announcement, cityClock, retryText, statePill } from '../../../web/src/state/city-words.ts'
import { snapshot, T0 } from '../fixtures.ts'

const live = { kind: 'live', nowMs: T0 } as const

describe('statePill', () => {
  it('says since when a picture is stale', () => {
    expect(statePill({ kind: 'stale', nowMs: T0 }, T0 + 40 * 60_000, 'UTC')).toMatchObject({
      label: 'Stale',
      detail: 'The newest reading is of 17:00, 40 min ago.',
    })
  })

  it('says the date of history', () => {
    expect(statePill({ kind: 'historical', nowMs: T0 }, T0, 'UTC').detail).toContain('Tue 3 Mar 2026')
  })
})

describe('cityClock', () => {
  it('runs by seconds while live and shows the zone', () => {
    expect(cityClock({ kind: 'live', nowMs: T0 }, 'America/New_York')).toBe('Tue 12:00:00 EST')
  })

  it('shows the date of a past now', () => {
    expect(cityClock({ kind: 'historical', nowMs: T0 }, 'America/New_York')).toBe('Tue 3 Mar 2026 12:00 EST')
  })
})

describe('keyFigures', () => {
  it('has a dash for what is not known', () => {
    const view = { state: null, connection: { kind: 'connecting' } } as const
    const values = keyFigures(view, { kind: 'connecting' }, 'metric', 'UTC').map(f => f.figure.value)
    expect(values).toEqual(['–', '–', '–', '–'])
  })

  it('shows the city in the units chosen', () => {
    const view = { state: fromSnapshot(snapshot()), connection: { kind: 'open' } as const }
    expect(keyFigures(view, live, 'us', 'UTC').map(({ figure }) => `${figure.value} ${figure.unit}`)).toEqual(
      ['80 / 5 min', '20 mph', '4 / min', '250 ms', '2 of 2'],
    )
  })

  it('leaves out what the city does not measure', () => {
    const city = { ...snapshot().city, vehicles: null }
    const view = { state: fromSnapshot(snapshot({ city })), connection: { kind: 'open' } as const }
    expect(keyFigures(view, live, 'us', 'UTC').map(({ key }) => key)).not.toContain('vehicles')
  })

  it('says of which moment the figures are when it is not this one, and no flow that nobody knows', () => {
    const view = { state: fromSnapshot(snapshot()), connection: { kind: 'open' } as const }
    const lost = { kind: 'lost', nowMs: T0, sinceMs: T0, retryAtMs: T0 } as const
    const figures = keyFigures(view, lost, 'us', 'UTC')
    expect(figures[0]?.figure.value).toBe('as of 17:00')
    expect(figures.map(({ key }) => key)).toEqual(['as-of', 'vehicles', 'speed', 'sites'])
  })
})

describe('announcement', () => {
  it('speaks once when the connection goes and once when it is back', () => {
    expect(announcement('live', 'lost')).toMatch(/^Connection lost/)
    expect(announcement('lost', 'lost')).toBeNull()
    expect(announcement('lost', 'live')).toBe('Live again.')
  })

  it('is silent about a page that has just opened', () => {
    expect(announcement('connecting', 'live')).toBeNull()
  })
})

describe('retryText', () => {
  it('never counts below nothing', () => {
    expect(retryText(5_000, 1_500)).toBe('Trying again in 4 s.')
    expect(retryText(5_000, 9_000)).toBe('Trying again …')
  })
})
