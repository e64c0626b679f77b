import { describe, expect, it } from 'vitest'
import { roadName } from '../../../src/insight/incidents/road-name.ts'

describe('roadName', () => {
  it('writes one road one way', () => {
    expect(['McKnight Boulevard', 'Mcknight Bvld', 'MCKNIGHT BV.', ' mcknight  blvd'].map(roadName)).toEqual(
      Array(4).fill('McKnight Boulevard'),
    )
    expect(['MacLeod Trail', 'macleod tr', 'Macleod Trail'].map(roadName)).toEqual(
      Array(3).fill('Macleod Trail'),
    )
    expect(['Center Street', 'Centre St'].map(roadName)).toEqual(Array(2).fill('Centre Street'))
    expect(['15 A Street', '15a St'].map(roadName)).toEqual(Array(2).fill('15A Street'))
    expect(['1st Street', '1 Street', '1 ST'].map(roadName)).toEqual(Array(3).fill('1 Street'))
  })

  it('takes only the last word for a street type', () => {
    expect(roadName("St George's Drive")).toBe("St George's Drive")
    expect(roadName('22x')).toBe('22X')
  })

  it('is null where nothing is left', () => {
    expect(roadName(' . ')).toBeNull()
    expect(roadName('exit ramp')).toBeNull()
  })
})
