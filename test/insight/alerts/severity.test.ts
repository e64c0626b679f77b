import { describe, expect, it } from 'vitest'
import { severityOf } from '../../../src/insight/alerts/severity.ts'
import { classifyIncident } from '../../../src/insight/incidents/index.ts'

const severity = (description: string) => severityOf(classifyIncident(null, description))

describe('severityOf', () => {
  it('is severe where people outside a car, several cars or a closed road are concerned', () => {
    expect(severity('Incident involving a pedestrian.')).toBe('severe')
    expect(severity('Multi-vehicle incident. Blocking the right lane')).toBe('severe')
    expect(severity('Water main break. The road is closed in both directions')).toBe('severe')
  })

  it('is moderate for any other crash, and for what blocks more than the shoulder', () => {
    expect(severity('Two vehicle incident.')).toBe('moderate')
    expect(severity('Stalled vehicle. Blocking the left lane')).toBe('moderate')
    expect(severity('Stalled vehicle. Blocking the right shoulder')).toBe('minor')
  })

  it('is no worse than its kind once the road is open again', () => {
    expect(severity('Water main break. 17 Avenue is now open')).toBe('minor')
    expect(severity('Traffic signals are blank. Crews have been dispatched')).toBe('minor')
  })
})
