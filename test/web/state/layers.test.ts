import { describe, expect, it } from 'vitest'
import { layersOf, switchLayer } from '../../../web/src/state/layers.ts'

describe('the layers of the map', () => {
  it('are the first choice without a word of the address, and what it names with one', () => {
    expect([...layersOf(null)]).toEqual(['weather', 'events', 'zones'])
    expect([...layersOf('cameras,events')]).toEqual(['events', 'cameras'])
  })

  it('pass over names that nobody knows', () => {
    expect([...layersOf('cameras,ufos,')]).toEqual(['cameras'])
    expect([...layersOf('none')]).toEqual([])
  })

  it('are switched one by one, and the first choice leaves nothing in the address', () => {
    expect(switchLayer(null, 'cameras')).toBe('weather,events,zones,cameras')
    expect(switchLayer('weather,events,zones,cameras', 'cameras')).toBeNull()
    expect(switchLayer('events', 'events')).toBe('none')
    expect(switchLayer('none', 'zones')).toBe('zones')
  })
})
