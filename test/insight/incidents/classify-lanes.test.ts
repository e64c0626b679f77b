import { describe, expect, it } from 'vitest'
import { laneWords } from '../../../src/insight/incidents/classify-lanes.ts'

describe('laneWords', () => {
  it.each([
    ['Two vehicle incident. Blocking the right lane', ['right'], 1],
    ['Blocking two left lanes', ['left'], 2],
    ['Multi-vehicle incident. blocking the 2 right lanes', ['right'], 2],
    ['Blocking the left lanes', ['left'], null],
    ['Blocking multiple lanes.', ['multiple'], null],
    ['blocking the left turn lane', ['left', 'turn'], 1],
    ['Moved to right hand shoulder', ['shoulder'], null],
    ['2 vehicle incident in the intersection.', ['intersection'], null],
    ['The right lane is closed due to a police incident', ['right'], 1],
    ['The road is closed eastbound and westbound', ['all'], null],
    ['Blokcing the RHL', ['right'], 1],
    ['blockng left lane', ['left'], 1],
    ['blocking the left and right lane', ['left', 'right'], null],
    ['blocking the middle and the left lane', ['left', 'middle'], null],
    ['blocking the SB lanes', ['all'], null],
    ['The NB traffic is blocked', ['all'], null],
    ['Crowfoot Crescent is closed', ['all'], null],
    ['The exit from EB to NB is closed', ['ramp'], null],
    ['. Blackfoot Tr between 15 St and 26 Ave SE. There is a stalled vehicle', [], null],
    ['Single vehicle incident. Reduced to one right lane', ['right'], null],
    ['Two vehicle incident.', [], null],
    ['Traffic signals are flashing red.', [], null],
  ])('of "%s" are %j, %s lanes', (text, lanes, lanesBlocked) => {
    expect(laneWords(text)).toEqual({ lanes, lanesBlocked, isReopened: false })
  })

  it('know that something is open again', () => {
    expect(laneWords('Two vehicle incident. The road has re-opened').isReopened).toBe(true)
    expect(laneWords('All lanes are now open').isReopened).toBe(true)
    expect(laneWords('Blocking the right lane').isReopened).toBe(false)
  })
})
