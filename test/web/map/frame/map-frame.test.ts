import type { Map as MapLibre } from 'maplibre-gl'
import { describe, expect, it } from 'vitest'
import { MapFrame } from '../../../../web/src/map/frame/map-frame.ts'

const CITY = [-114.3, 50.8, -113.8, 51.2] as const
const PADDING = { top: 1, right: 2, bottom: 3, left: 4 }

/** A frame around a map that notes what it is told to do, in a room of 400 by 300 px. */
function framed() {
  const done: [string, unknown][] = []
  const told: (string | null)[] = []
  const listeners = new Map<string, (event: object) => void>()
  const note = (what: string) => (first: unknown) => done.push([what, first])
  const map = {
    on: (event: string, listener: (event: object) => void) => listeners.set(event, listener),
    fitBounds: note('fit'),
    jumpTo: note('jump'),
    easeTo: note('ease'),
    zoomTo: note('zoom'),
    getZoom: () => 11,
    getCenter: () => ({ lat: 51, lng: -114 }),
    getContainer: () => ({ clientWidth: 400, clientHeight: 300 }),
    project: ([x, y]: [number, number]) => ({ x, y }),
  }
  const frame = new MapFrame(map as unknown as MapLibre, {
    onMove: view => told.push(view),
    padding: () => PADDING,
    maxZoom: 15,
  })
  const byHand = () => {
    listeners.get('movestart')?.({ originalEvent: {} })
    listeners.get('moveend')?.({})
  }
  return { frame, done, told, byHand, resize: () => listeners.get('resize')?.({}) }
}

const fits = (done: readonly [string, unknown][]) => done.filter(([what]) => what === 'fit').length

describe('MapFrame', () => {
  it('fits to its bounds, and again in another room, until somebody moves the map', () => {
    const { frame, done, told, byHand, resize } = framed()
    frame.bound(CITY)
    resize()
    expect(done).toEqual([
      ['fit', CITY],
      ['fit', CITY],
    ])
    byHand()
    resize()
    frame.bound([0, 0, 1, 1])
    expect(fits(done)).toBe(2)
    expect(told).toEqual(['51.00000,-114.00000,11.00'])
  })

  it('tells nothing of what it did by itself', () => {
    const { frame, told } = framed()
    frame.bound(CITY)
    frame.fit()
    expect(told).toEqual([])
  })

  it('shows everything again when asked, and tells that the view is let go', () => {
    const { frame, done, told, byHand } = framed()
    frame.bound(CITY)
    byHand()
    frame.fit()
    expect(told.at(-1)).toBeNull()
    expect(fits(done)).toBe(2)
  })

  it('looks where an address says, but not where it just said itself that it looks', () => {
    const { frame, done, byHand } = framed()
    frame.bound(CITY)
    byHand()
    frame.look({ latitude: 51, longitude: -114, zoom: 11 })
    expect(done.filter(([what]) => what === 'jump')).toEqual([])
    frame.look({ latitude: 51.1, longitude: -114, zoom: 12 })
    expect(done.at(-1)).toEqual(['jump', { center: [-114, 51.1], zoom: 12 }])
  })

  it('slides to a place only where that is out of sight', () => {
    const { frame, done } = framed()
    frame.bringIntoView([200, 150])
    expect(done).toEqual([])
    frame.bringIntoView([395, 150])
    expect(done).toHaveLength(1)
  })
})
