import { describe, expect, it } from 'vitest'
import { incidentType } from '../../../src/insight/incidents/classify-type.ts'

describe('incidentType', () => {
  it.each([
    ['Two vehicle incident. Blocking the right lane', 'two-vehicle'],
    ['2 vehicle incident', 'two-vehicle'],
    ['two-vehicle incident.', 'two-vehicle'],
    ['Single vehicle incident. blocking 2 lanes', 'single-vehicle'],
    ['Multi-vehicle incident. Moved to right hand shoulder', 'multi-vehicle'],
    ['Multi vehicle incident', 'multi-vehicle'],
    ['3 vehicle incident.', 'multi-vehicle'],
    ['There is an incident involving a pedestrian. The road is closed', 'pedestrian'],
    ['There is an incident involving a pedestrain.', 'pedestrian'],
    ['Incident involving vehicle versus bicycle', 'cyclist'],
    ['There is an incident involving a cyclist.', 'cyclist'],
    ['Incident involving a motorcyclist.', 'motorcycle'],
    ['Stalled vehicle. Blocking the middle lane', 'stalled'],
    ['Two vehicle incident and a stall', 'two-vehicle'],
    ['Traffic signals are flashing red. Crews have been dispatched.', 'signal'],
    ['The lights are blank.', 'signal'],
    ['Blank intersections due to a power outage', 'signal'],
    ['The right lane is flooded.', 'weather'],
    ['The road is closed due to icy conditions.', 'weather'],
    ['The road is closed due to a police incident', 'closure'],
    ['left lane closed due to sinkhole.', 'closure'],
    ['Blokcing the left lane', 'closure'],
    ['blockng left lane', 'closure'],
    ['Blackfoot Trail at 26 Avenue', 'other'],
    ['Reduced to one lane for construction', 'closure'],
    ['Traffic incident.', 'other'],
    ['Power outage in the area', 'other'],
    ['', 'other'],
  ])('of "%s" is %s', (text, type) => {
    expect(incidentType(text)).toBe(type)
  })

  it('is not taken in by things that are named after road users, lights and snow', () => {
    expect(incidentType('Two vehicle incident. Blocking the cycle track')).toBe('two-vehicle')
    expect(incidentType('The pedestrian bridge is closed')).toBe('closure')
    expect(incidentType('Stalled vehicle on the pedestrian overpass')).toBe('stalled')
    expect(incidentType('There is a street light down, blocking the right lane')).toBe('closure')
    expect(incidentType('The road is closed for snow removal')).toBe('closure')
    expect(incidentType('Police office incident')).toBe('other')
  })

  it('takes a water main for works, and what it floods too', () => {
    expect(incidentType('Flooding due to a water main break. The road is closed')).toBe('closure')
  })
})
