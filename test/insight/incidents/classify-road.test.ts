import { describe, expect, it } from 'vitest'
import { roadWords } from '../../../src/insight/incidents/classify-road.ts'

const NONE = { road: null, crossStreet: null, otherCrossStreet: null, direction: null, quadrant: null }
const of = (title: string) =>
  Object.fromEntries(Object.entries(roadWords(title)).filter(([, value]) => value !== null))

describe('roadWords', () => {
  it.each([
    ['17 Avenue at Richmond Road SW', { road: '17 Avenue', crossStreet: 'Richmond Road', quadrant: 'SW' }],
    [
      'Southbound Deerfoot Trail approaching 64 Avenue NE',
      { road: 'Deerfoot Trail', crossStreet: '64 Avenue', direction: 'S', quadrant: 'NE' },
    ],
    [
      'Westbound Deerfoot Trail appraoching Mcknight Bvld NE',
      { road: 'Deerfoot Trail', crossStreet: 'McKnight Boulevard', direction: 'W', quadrant: 'NE' },
    ],
    [
      'Northbound Deerfoot Trail on the Calf Robe Bridge SE',
      { road: 'Deerfoot Trail', crossStreet: 'Calf Robe Bridge', direction: 'N', quadrant: 'SE' },
    ],
    [
      'Southbound Crowchild Trail exit ramp onto Eastbound Glenmore Trail SW',
      { road: 'Crowchild Trail', crossStreet: 'Glenmore Trail', direction: 'S', quadrant: 'SW' },
    ],
    [
      'Stoney Trail between Deerfoot Trail and Metis Trail NE',
      {
        road: 'Stoney Trail',
        crossStreet: 'Deerfoot Trail',
        otherCrossStreet: 'Metis Trail',
        quadrant: 'NE',
      },
    ],
    [
      'Deerfoot Trail between McKnight Boulevard NE and 130 Avenue SE',
      {
        road: 'Deerfoot Trail',
        crossStreet: 'McKnight Boulevard',
        otherCrossStreet: '130 Avenue',
        quadrant: 'SE',
      },
    ],
    [
      'Eastbound 16 Avenue East of Edmonton Trail NE',
      { road: '16 Avenue', crossStreet: 'Edmonton Trail', direction: 'E', quadrant: 'NE' },
    ],
    [
      'Southbound Deerfoot Trail S of Calf Robe Bridge SE',
      { road: 'Deerfoot Trail', crossStreet: 'Calf Robe Bridge', direction: 'S', quadrant: 'SE' },
    ],
    [
      'On the ramp from Northbound Deerfoot Trail to Eastbound Peigan Trail SE',
      { road: 'Deerfoot Trail', crossStreet: 'Peigan Trail', direction: 'N', quadrant: 'SE' },
    ],
    ['5 Avenue and Centre Street South', { road: '5 Avenue', crossStreet: 'Centre Street', quadrant: 'S' }],
    ['Crowchild Trail & 24 Avenue NW', { road: 'Crowchild Trail', crossStreet: '24 Avenue', quadrant: 'NW' }],
    [
      'WB16 Avenue onto Southbound Barlow Trail NE',
      { road: '16 Avenue', crossStreet: 'Barlow Trail', direction: 'W', quadrant: 'NE' },
    ],
    ['Saddlecrest Cl and 5a st NE', { road: 'Saddlecrest Close', crossStreet: '5A Street', quadrant: 'NE' }],
    [
      'Eastbound Glenmore at Deerfoot Trail SE',
      { road: 'Glenmore', crossStreet: 'Deerfoot Trail', direction: 'E', quadrant: 'SE' },
    ],
    [
      'Northbound on MacLeod Trail appoaching Lake Fraser Gt SE',
      { road: 'Macleod Trail', crossStreet: 'Lake Fraser Gate', direction: 'N', quadrant: 'SE' },
    ],
    [
      'Eastbound and Westbound Stoney Trail east of the Deerfoot Trail NE',
      { road: 'Stoney Trail', crossStreet: 'Deerfoot Trail', direction: 'E', quadrant: 'NE' },
    ],
    ['Memorial Drive SE', { road: 'Memorial Drive', quadrant: 'SE' }],
  ])('reads "%s"', (title, words) => {
    expect(of(title)).toEqual(words)
  })

  it('makes no road of what is none', () => {
    expect(roadWords('West Springs, Strathcona Park and Aspen Woods')).toEqual(NONE)
    expect(roadWords('')).toEqual(NONE)
  })
})
