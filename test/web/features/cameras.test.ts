import { describe, expect, it } from 'vitest'
import type { CameraRow, ObservationRow } from '../../../web/src/features/cameras/queries.ts'
import {
  altText,
  camerasAt,
  camerasOverlay,
  classCounts,
  intervalText,
  observationFacts,
  policyOf,
  vehicleSeries,
} from '../../../web/src/features/cameras/view-model.ts'
import { T0 } from '../fixtures.ts'

const camera = (camera_id: string, more: Partial<CameraRow> = {}): CameraRow => ({
  ...{ camera_id, name: null, latitude: 40, longitude: -74, direction: null },
  ...{ intersection_id: null, district: null, snapshot_url: null, shown: null },
  ...more,
})
const seen = (more: Partial<ObservationRow> = {}): ObservationRow => ({
  ...{ camera_id: 'A', observed_at: T0, counts_car: 12, counts_truck: 3, counts_motorcycle: null },
  ...{ counts_bus: 0, counts_bicycle: null, counts_pedestrian: 6, mean_speed_kmh: null },
  ...{ stopped_vehicles: null, confidence: null, model: null, interval_s: null },
  ...more,
})

describe('who may see the picture', () => {
  it('is decided by the register, and a word that nobody knows hides it', () => {
    expect([null, 'yes', 'blurred', 'hidden', 'staff_only'].map(shown => policyOf({ shown }))).toEqual([
      'open',
      'open',
      'blurred',
      'hidden',
      'hidden',
    ])
  })

  it('is said to those who do not see it too', () => {
    const north = camera('A', { name: 'Main St', direction: 'north' })
    expect(altText(north, 'blurred', 12_000)).toBe(
      'Picture of the camera Main St, north, blurred, taken 12 s ago',
    )
    // A clock that goes after the server's takes no picture from the future.
    expect(altText(north, 'open', -3_000)).toContain('taken just now')
  })
})

describe('what a camera counted', () => {
  it('stands by class; a class that it does not tell apart is left out', () => {
    expect(classCounts(seen()).map(({ key, text, share }) => [key, text, share])).toEqual([
      ['car', '12', 1],
      ['truck', '3', 0.25],
      ['bus', '0', 0],
      ['pedestrian', '6', 0.5],
    ])
    expect(
      classCounts(seen({ counts_car: 0, counts_truck: 0, counts_pedestrian: 0 })).map(c => c.share),
    ).toEqual([0, 0, 0, 0])
  })

  it('is a line of vehicles, oldest first, with a gap where none were counted apart', () => {
    const gap = { counts_car: null, counts_truck: null, counts_bus: null, counts_pedestrian: 9 }
    expect(vehicleSeries([seen(), seen({ observed_at: T0 - 60_000, ...gap })])).toEqual([null, 15])
  })

  it('says over how long, and only what it knows beside', () => {
    expect([60, 45, 300, null].map(interval_s => intervalText(seen({ interval_s })))).toEqual([
      'in 1 min',
      'in 45 s',
      'in 5 min',
      '',
    ])
    expect(observationFacts(seen(), 'metric')).toEqual([])
    expect(observationFacts(seen({ mean_speed_kmh: 32.2, confidence: 0.92 }), 'us').map(f => f.text)).toEqual(
      ['20 mph', '92 %'],
    )
  })
})

describe('cameras', () => {
  it('belong to the site that the register says', () => {
    const all = [camera('B', { intersection_id: 'X' }), camera('A', { intersection_id: 'X' }), camera('C')]
    expect(camerasAt(all, 'X').map(each => each.camera_id)).toEqual(['A', 'B'])
  })

  it('stand on the map, hidden ones with another outline', () => {
    const { signs } = camerasOverlay([camera('A'), camera('B', { shown: 'hidden' })])
    expect(signs.map(({ image }) => image.look)).toEqual(['active', 'planned'])
    expect(signs[1]?.lines.at(-1)).toBe('camera, picture hidden by policy')
  })
})
