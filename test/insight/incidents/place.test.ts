import { describe, expect, it } from 'vitest'
import { areaOfWkt } from '../../../src/core/geo/polygon.ts'
import { placeOf } from '../../../src/insight/incidents/index.ts'

const at = (latitude: number, longitude: number) => ({ latitude, longitude })
const signal = (
  name: string,
  from: string | null,
  place: { latitude: number; longitude: number },
  isSignal = true,
) => ({
  name,
  quadrant: place.longitude < -114.05 ? 'SW' : 'SE',
  isSignal,
  inServiceFromMs: from === null ? null : Date.parse(from),
  ...place,
})
const context = {
  communities: [
    {
      code: 'WST',
      name: 'WEST',
      area: areaOfWkt('POLYGON ((-114.1 51, -114.05 51, -114.05 51.1, -114.1 51.1, -114.1 51))'),
    },
    {
      code: 'EST',
      name: 'EAST',
      area: areaOfWkt('POLYGON ((-114.05 51, -114 51, -114 51.1, -114.05 51.1, -114.05 51))'),
    },
  ],
  signals: [
    signal('Old & First', '1970-01-01', at(51.02, -114.08)),
    signal('New & First', '2018-06-01T06:00:00Z', at(51.021, -114.08)),
    signal('Flasher', '1970-01-01', at(51.0215, -114.08), false),
    signal('Undated & Last', null, at(51.05, -114.01)),
  ],
}
const find = placeOf(context)
const after = Date.parse('2019-01-01')

describe('placeOf', () => {
  it('finds community, quadrant and the nearest signal', () => {
    expect(find(51.0216, -114.08, after)).toEqual({
      communityCode: 'WST',
      community: 'WEST',
      quadrant: 'SW',
      signal: 'New & First SW',
      signalDistanceM: 67,
    })
  })

  it('takes no signal that came later, and knows the day it came', () => {
    const began = Date.parse('2018-06-01T06:00:00Z')
    expect(find(51.0216, -114.08, began - 1).signal).toBe('Old & First SW')
    expect(find(51.0216, -114.08, began).signal).toBe('New & First SW')
    expect(find(51.05, -114.01, 0).signal).toBe('Undated & Last SE')
  })

  it('says null where a place is in no community or far from signals', () => {
    expect(find(51.2, -114.08, after)).toEqual({
      communityCode: null,
      community: null,
      quadrant: null,
      signal: null,
      signalDistanceM: null,
    })
  })

  it('works with registers that are empty', () => {
    expect(placeOf({ communities: [], signals: [] })(51, -114, after).community).toBeNull()
  })
})
