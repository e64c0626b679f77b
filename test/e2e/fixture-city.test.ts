import { afterEach, describe, expect, it, vi } from 'vitest'

const QUARTER_MS = 15 * 60_000
const DAY_MS = 86_400_000
/** In the half-hour from here on, one of the eight districts was once as usual. */
const ONCE_AS_USUAL = Date.UTC(2026, 10, 28, 1)

describe('the city of eight districts', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is slower in all of them than on any day of the two weeks before, whenever somebody looks', async () => {
    for (let i = 0; i < 96; i++) {
      const nowMs = ONCE_AS_USUAL + i * (QUARTER_MS + DAY_MS)
      for (const { district, today, before } of await speedsAt(nowMs))
        expect(today / Math.min(...before), `${district} at ${new Date(nowMs).toISOString()}`).toBeLessThan(
          0.95,
        )
    }
  })
})

/** Speeds in the quarter-hour that ends at `nowMs`, and in the same one of each day before. */
async function speedsAt(nowMs: number) {
  vi.useFakeTimers({ now: nowMs, toFake: ['Date'] })
  vi.resetModules()
  // It looks where on earth it is evening as it is loaded.
  const { districtQuarters, manyDistricts } = await import('./fixture-city.ts')
  const city = manyDistricts()
  const quarter = (days: number) => {
    const startMs = nowMs - QUARTER_MS - days * DAY_MS
    return districtQuarters(city, startMs, startMs + QUARTER_MS)
  }
  const before = Array.from({ length: 14 }, (_, i) => quarter(i + 1)).flat()
  return quarter(0).map(({ district, mean_speed_kmh: today }) => ({
    district,
    today: today ?? NaN,
    before: before.filter(row => row.district === district).map(row => row.mean_speed_kmh ?? NaN),
  }))
}
