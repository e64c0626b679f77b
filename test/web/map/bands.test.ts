import { describe, expect, it } from 'vitest'
import { bandsOf, measureOf, stepOf, stepsShown, toggleMark } from '../../../web/src/map/bands.ts'
import { site } from '../fixtures.ts'

const loop = (speedKmh: number | null) => site('S', { waitS: null, grade: null, speedKmh })

describe('measureOf', () => {
  it('is delay as soon as one site has a grade', () => {
    expect(measureOf([loop(50), site('A')])).toBe('delay')
  })

  it('is speed where nobody measures waits', () => {
    expect(measureOf([loop(50)])).toBe('speed')
  })

  it('is delay when nothing is known yet, so that the legend does not change twice', () => {
    expect(measureOf([])).toBe('delay')
    expect(measureOf([loop(null)])).toBe('delay')
  })
})

describe('stepOf', () => {
  it('goes from A to F', () => {
    expect(['A', 'F'].map(grade => stepOf(site('S', { grade: grade as 'A' }), 'delay', 'metric'))).toEqual([
      0, 5,
    ])
    expect(stepOf(site('S', { grade: null }), 'delay', 'metric')).toBeNull()
  })

  it('puts a speed on an edge into the faster band, in the units shown', () => {
    expect(stepOf(loop(90), 'speed', 'metric')).toBe(0)
    expect(stepOf(loop(89.9), 'speed', 'metric')).toBe(1)
    expect(stepOf(loop(0), 'speed', 'metric')).toBe(5)
    // 89.9 km/h is 55.9 mph.
    expect(stepOf(loop(89.9), 'speed', 'us')).toBe(0)
    expect(stepOf(loop(null), 'speed', 'us')).toBeNull()
  })
})

describe('bandsOf', () => {
  it('names every band with its unit', () => {
    expect(bandsOf('speed', 'us').map(band => band.label)).toEqual([
      '55 mph and more',
      '45–55 mph',
      '35–45 mph',
      '25–35 mph',
      '15–25 mph',
      'under 15 mph',
    ])
    expect(bandsOf('speed', 'us').map(band => band.short)).toEqual([
      '≥55',
      '45–55',
      '35–45',
      '25–35',
      '15–25',
      '<15 mph',
    ])
    expect(bandsOf('delay', 'us').map(band => band.mark)).toEqual(['A', 'B', 'C', 'D', 'E', 'F'])
  })
})

describe('a mark', () => {
  it('shows no number that could be taken for a measurement', () => {
    for (const measure of ['delay', 'speed'] as const)
      for (const units of ['metric', 'us'] as const)
        for (const { mark } of bandsOf(measure, units)) expect(mark).toMatch(/^[A-Z]+$/)
  })
})

describe('the filter by marks', () => {
  const bands = bandsOf('delay', 'metric')

  it('shows the steps it names, and all where it names none', () => {
    expect(stepsShown('E,F', bands)).toEqual(new Set([4, 5]))
    expect(stepsShown('unknown', bands)).toEqual(new Set([null]))
    expect(stepsShown(null, bands)).toBeNull()
    expect(stepsShown('VI', bands)).toBeNull()
  })

  it('is toggled mark by mark, in the legend’s order, and ends where it shows all', () => {
    expect(toggleMark(null, 'F', bands)).toBe('F')
    expect(toggleMark('F', 'E', bands)).toBe('E,F')
    expect(toggleMark('E,F', 'F', bands)).toBe('E')
    expect(toggleMark('E', 'E', bands)).toBeNull()
    expect(toggleMark('A,B,C,D,E,F', 'unknown', bands)).toBeNull()
  })
})
