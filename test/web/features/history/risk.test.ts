import { describe, expect, it } from 'vitest'
import type { CommunityOutlines } from '../../../../src/serve/contract/index.ts'
import {
  chanceWords,
  expectedWords,
  hourWords,
  qualityWords,
  reasonsOf,
  riskAreas,
  riskDoubts,
  riskTitle,
  type Risk,
} from '../../../../web/src/features/history/model/risk.ts'

const place = (community: string, expected: number) => ({
  ...{ community, expected, by_hour: [expected], peak: 0 },
  reasons: [{ factor: 'community', times: 1.4, says: `40 % more than usual in ${community}` }],
})
const risk = (more: Partial<Risk> = {}): Risk => ({
  ...{ is_too_short: false, is_of_now: true, record_ends: '2019-05-28', knows_weather: true },
  hours: [
    { day: '2019-05-29', hour: 17 },
    { day: '2019-05-30', hour: 0 },
  ],
  ...{ by_hour: [1, 0.5], communities: [place('BELTLINE', 1), place('ACADIA', 0.25)] },
  ...more,
})
const judged = { from: '2018-05-29', to: '2019-05-28', days: 219, seen: 860, expected: 871.4 }

describe('what is to be expected', () => {
  it('is a chance as well as a number', () => {
    expect(chanceWords(0.42)).toBe('34 %')
    expect([chanceWords(0.001), chanceWords(9)]).toEqual(['under 1 %', 'over 99 %'])
    expect(expectedWords(1.26)).toBe('1.3 expected, 72 % chance of at least one')
    expect(expectedWords(0.04)).toContain('0.04 expected')
  })

  it('shades communities by a share of the highest; one that the forecast has not is empty', () => {
    const outlines: CommunityOutlines = {
      type: 'FeatureCollection',
      features: ['BELTLINE', 'ACADIA', 'NEW'].map(community => ({
        type: 'Feature',
        properties: { community },
        geometry: { type: 'MultiPolygon', coordinates: [] },
      })),
    }
    const { features } = riskAreas(outlines, risk(), 'ACADIA')
    expect(features.map(({ properties }) => properties.share)).toEqual([1, 0.5, 0])
    expect(features.map(({ properties }) => properties.chosen)).toEqual([false, true, false])
  })

  it('says which hours it is of, over midnight', () => {
    expect(hourWords(risk().hours, 1)).toBe('Thursday 00:00')
    expect(riskTitle(risk())).toBe('The next 24 hours, from Wednesday 17:00')
    expect(riskTitle(risk({ is_of_now: false }))).toContain('after the record’s end')
  })

  it('says what it does not know', () => {
    expect(riskDoubts(risk())).toHaveLength(1)
    const doubts = riskDoubts(risk({ is_of_now: false, knows_weather: false })).join(' ')
    expect(doubts).toContain('The record ends on 28 May 2019')
    expect(doubts).toContain('weather is not in it')
  })

  it('names places as people write them, in its reasons too', () => {
    expect(reasonsOf(place('FOREST LAWN', 1))).toEqual(['40 % more than usual in Forest Lawn'])
  })
})

describe('how good it was', () => {
  it('is said without praise, also where it is worse than habit', () => {
    const better = qualityWords({ judged: { ...judged, deviance: 9_900, baseline_deviance: 10_000 } })
    expect(better).toContain('1.0 % closer than the plain product')
    expect(better).toContain('871 expected, 860 came')
    const worse = qualityWords({ judged: { ...judged, deviance: 10_100, baseline_deviance: 10_000 } })
    expect(worse).toContain('1.0 % worse')
    expect(qualityWords({ judged: null })).toContain('can’t be said yet')
  })
})
