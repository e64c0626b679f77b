import { describe, expect, it } from 'vitest'
import { viewOf, viewText } from '../../../web/src/map/view.ts'

describe('the view in the address', () => {
  it('comes back as it was written', () => {
    const view = { latitude: 40.7128, longitude: -74.006, zoom: 13.25 }
    expect(viewText(view)).toBe('40.71280,-74.00600,13.25')
    expect(viewOf(viewText(view))).toEqual(view)
  })

  it.each([
    null,
    '',
    '1,2',
    'a,b,c',
    '99,0,3',
    '0,181,3',
    '0,0,40',
    ',,',
    '1,2,3,4',
    'NaN,0,3',
    'Infinity,0,1',
  ])('is the whole city for %s', text => expect(viewOf(text)).toBeNull())
})
