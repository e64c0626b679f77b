import { describe, expect, it } from 'vitest'
import { classifyIncident, rememberedWords } from '../../../src/insight/incidents/index.ts'

describe('classifyIncident', () => {
  it('puts the words of both texts together', () => {
    expect(
      classifyIncident(
        'Southbound Deerfoot Trail at 17 Avenue SE',
        'Two vehicle incident. Blocking the left lane',
      ),
    ).toEqual({
      type: 'two-vehicle',
      road: 'Deerfoot Trail',
      crossStreet: '17 Avenue',
      otherCrossStreet: null,
      direction: 'S',
      quadrant: 'SE',
      lanes: ['left'],
      lanesBlocked: 1,
      isReopened: false,
    })
  })

  it('judges by the title where there is no description, and never else', () => {
    expect(classifyIncident('Stalled vehicle on Bow Trail', null).type).toBe('stalled')
    expect(classifyIncident('Pedestrian incident', 'Two vehicle incident.').type).toBe('two-vehicle')
    expect(classifyIncident(null, null)).toMatchObject({ type: 'other', road: null, lanes: [] })
  })
})

describe('rememberedWords', () => {
  it('says what classifyIncident says, the first time and again', () => {
    const words = rememberedWords()
    const titles = ['Southbound Deerfoot Trail at 17 Avenue SE', 'Stalled vehicle on Bow Trail', null]
    const descriptions = ['Two vehicle incident. Blocking the left lane', 'Pedestrian incident', null]
    for (let again = 0; again < 2; again++)
      for (const title of titles)
        for (const description of descriptions)
          expect(words(title, description)).toEqual(classifyIncident(title, description))
  })
})
