import { describe, expect, it } from 'vitest'
import {
  keyOf,
  NO_OVERLAY,
  overlaySum,
  pathFeatures,
  signFeatures,
  thingOf,
  type Overlay,
} from '../../../../web/src/map/overlay/overlay.ts'
import { signName, signOf } from '../../../../web/src/map/overlay/sign-shape.ts'

const sign = { shape: 'pin', glyph: 'music', look: 'planned' } as const
const overlay: Overlay = {
  signs: [{ kind: 'event', id: 'A', title: 'A', lines: [], at: [-74, 40], image: sign }],
  paths: [
    {
      kind: 'zone',
      id: 'W',
      title: 'W',
      lines: [],
      path: [
        [-74, 40],
        [-73, 40],
      ],
      look: 'active',
    },
  ],
  areas: [],
}

describe('what lies beside the sites', () => {
  it('is the sum of the layers, and one alone stays the same object', () => {
    expect(overlaySum([NO_OVERLAY, overlay, NO_OVERLAY])).toBe(overlay)
    expect(overlaySum([])).toBe(NO_OVERLAY)
    expect(overlaySum([overlay, overlay]).signs).toHaveLength(2)
  })

  it('is found by its kind and id', () => {
    expect(thingOf(overlay, keyOf('event', 'A'))?.title).toBe('A')
    expect(thingOf(overlay, keyOf('zone', 'W'))?.title).toBe('W')
    expect(thingOf(overlay, keyOf('zone', 'A'))).toBeNull()
  })

  it('tells now from planned by image and by line, not by colour alone', () => {
    const [feature] = signFeatures(overlay.signs).features
    expect(signOf(String(feature?.properties?.['image']))).toEqual({ ...sign, text: '' })
    expect(pathFeatures(overlay.paths).features[0]?.properties?.['look']).toBe('active')
  })

  it('names each image by all that is drawn', () => {
    const label = { shape: 'label', glyph: 'rain', look: 'active', text: '4 °C' } as const
    expect(signOf(signName(label))).toEqual(label)
    expect(signOf('arterial-3')).toBeNull()
  })
})
