import { describe, expect, it } from 'vitest'
import { RAMP, RAMP_INK } from '../../../web/src/map/ramp.ts'

type Triple = readonly [number, number, number]

/** Machado, Oliveira, Fernandes: A Physiologically-based Model for Simulation of Color Vision Deficiency, 2009; severity 1. */
const SIGHT: Record<string, readonly Triple[]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
}

function linear(hex: string): Triple {
  const channel = (from: number) => {
    const x = parseInt(hex.slice(from, from + 2), 16) / 255
    return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4
  }
  return [channel(1), channel(3), channel(5)]
}

const dot = (a: Triple, b: Triple) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

/** Ottosson: A perceptual color space for image processing, 2020. */
function oklab(rgb: Triple): Triple {
  const lms: Triple = [
    Math.cbrt(dot(rgb, [0.4122214708, 0.5363325363, 0.0514459929])),
    Math.cbrt(dot(rgb, [0.2119034982, 0.6806995451, 0.1073969566])),
    Math.cbrt(dot(rgb, [0.0883024619, 0.2817188376, 0.6299787005])),
  ]
  return [
    dot(lms, [0.2104542553, 0.793617785, -0.0040720468]),
    dot(lms, [1.9779984951, -2.428592205, 0.4505937099]),
    dot(lms, [0.0259040371, 0.7827717662, -0.808675766]),
  ]
}

function steps(colours: readonly string[], sight: readonly Triple[]): number[] {
  const labs = colours.map(hex => {
    const rgb = linear(hex)
    return oklab([dot(sight[0]!, rgb), dot(sight[1]!, rgb), dot(sight[2]!, rgb)])
  })
  return labs
    .slice(1)
    .map((lab, i) => Math.hypot(lab[0] - labs[i]![0], lab[1] - labs[i]![1], lab[2] - labs[i]![2]))
}

function contrast(a: string, b: string): number {
  const luminance = (hex: string) => dot(linear(hex), [0.2126, 0.7152, 0.0722])
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

/** Degrees around the circle of hues. */
function hue(hex: string): number {
  const [, a, b] = oklab(linear(hex))
  return (Math.atan2(b, a) * 180) / Math.PI
}
const apart = (a: number, b: number) => Math.abs(((a - b + 540) % 360) - 180)

describe('a grade’s colour', () => {
  it('has one hue in both themes, and red is the worst in both', () => {
    RAMP.dark.forEach((dark, step) => expect(apart(hue(dark), hue(RAMP.light[step]!))).toBeLessThan(4))
    expect(apart(hue(RAMP.dark[5]), 29)).toBeLessThan(5)
    expect(apart(hue(RAMP.light[5]), 29)).toBeLessThan(5)
  })

  it('is nearest in hue to its own grade of the other theme', () => {
    RAMP.dark.forEach((dark, step) => {
      const distances = RAMP.light.map(light => apart(hue(dark), hue(light)))
      expect(distances.indexOf(Math.min(...distances))).toBe(step)
    })
  })
})

describe.each(['dark', 'light'] as const)('the %s ramp', theme => {
  it.each(Object.keys(SIGHT))('keeps neighbours apart for %s sight', kind => {
    expect(Math.min(...steps(RAMP[theme], SIGHT[kind]!))).toBeGreaterThan(0.1)
  })

  it('is even: no step is half as large again as another', () => {
    const all = steps(RAMP[theme], SIGHT['normal']!)
    expect(Math.max(...all) / Math.min(...all)).toBeLessThan(1.5)
  })

  it('goes one way in lightness', () => {
    const lightness = RAMP[theme].map(hex => oklab(linear(hex))[0])
    const sorted = [...lightness].sort((a, b) => (theme === 'dark' ? a - b : b - a))
    expect(lightness).toEqual(sorted)
  })

  it('carries a readable letter on every step', () => {
    RAMP[theme].forEach((hex, i) => expect(contrast(hex, RAMP_INK[theme][i]!)).toBeGreaterThan(4))
  })
})
