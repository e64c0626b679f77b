import { describe, expect, it } from 'vitest'
import { csvOf, geoJsonOf, leftOutWords } from '../../../../web/src/features/history/model/export.ts'
import { featuresOf, placedOf, sorted } from '../../../../web/src/features/history/model/places.ts'
import {
  during,
  momentAfter,
  momentOf,
  spanOf,
  speedFor,
  SPEEDS,
} from '../../../../web/src/features/history/model/playback.ts'
import { points } from './records.ts'

const T0 = Date.UTC(2018, 4, 4, 12)
const HOUR = 60 * 60_000
const placed = placedOf(points(5, T0, HOUR))

describe('places', () => {
  it('are drawn with the sign of their family', () => {
    expect(
      featuresOf(placed)
        .features.map(({ properties }) => properties.family)
        .slice(0, 2),
    ).toEqual(['collision', 'person'])
  })

  it('are sorted with the unknown last in either direction', () => {
    const ids = (descending: boolean) => sorted(placed, { key: 'title', descending }).map(({ id }) => id)
    expect(ids(false)).toEqual(['id-0', 'id-2', 'id-3', 'id-4', 'id-1'])
    expect(ids(true)).toEqual(['id-4', 'id-3', 'id-2', 'id-0', 'id-1'])
    expect(sorted(placed, { key: 'time', descending: false })[0]?.id).toBe('id-4')
  })
})

describe('the playback', () => {
  const span = spanOf(placed)!

  it('shows what began in the trail before the moment, its own second too', () => {
    expect(during(placed, T0 - HOUR, HOUR).map(({ id }) => id)).toEqual(['id-1'])
    expect(during(placed, T0 - HOUR + 1, HOUR + 2).map(({ id }) => id)).toEqual(['id-1', 'id-2'])
    expect(during(placed, T0 + 9 * HOUR, HOUR)).toEqual([])
    expect(during(placed, T0 - 9 * HOUR, HOUR)).toEqual([])
  })

  it('goes at its speed and ends at the end', () => {
    const [hourly] = SPEEDS as [(typeof SPEEDS)[number]]
    expect(momentAfter(span.startMs, 500, hourly, span)).toBe(span.startMs + HOUR / 2)
    expect(momentAfter(span.endMs - 1, 1_000, hourly, span)).toBeNull()
  })

  it('chooses a speed at which the range is over in a minute', () => {
    expect(speedFor(20 * HOUR).key).toBe('hour')
    expect(speedFor(50 * 24 * HOUR).key).toBe('day')
    expect(speedFor(365 * 24 * HOUR).key).toBe('week')
    expect(speedFor(9_000 * 24 * HOUR).key).toBe('month')
  })

  it('rests only within what is chosen', () => {
    expect(momentOf(new Date(T0 - HOUR).toISOString(), span)).toBe(T0 - HOUR)
    expect(momentOf(new Date(T0 + HOUR).toISOString(), span)).toBeNull()
    expect(momentOf('soon', span)).toBeNull()
    expect(spanOf([])).toBeNull()
    expect(spanOf(placed.slice(0, 1))).toBeNull()
  })
})

describe('the files', () => {
  it('are CSV in which quotes, commas and lines are kept and formulas are text', () => {
    const [first] = placed
    const odd = [
      { ...first!, title: 'a "b", c\nd' },
      { ...first!, title: '=1+1', community: null },
    ]
    expect(csvOf(odd).split('\r\n')).toEqual([
      'incident_id,started_at,type,title,community,quadrant,weather,latitude,longitude',
      'id-0,2018-05-04T12:00:00.000Z,two-vehicle,"a ""b"", c\nd",,NE,,51,-114',
      "id-0,2018-05-04T12:00:00.000Z,two-vehicle,'=1+1,,NE,,51,-114",
      '',
    ])
  })

  it('are GeoJSON with longitude first', () => {
    const { features } = geoJsonOf(placed)
    expect(features[1]).toMatchObject({
      id: 'id-1',
      geometry: { coordinates: [-114.001, 51.001] },
      properties: { title: null, type: 'pedestrian' },
    })
  })

  it('say what they leave out', () => {
    expect(leftOutWords(5, 5)).toBeNull()
    expect(leftOutWords(20_000, 31_000)).toContain('leave 11,000 out')
  })
})
