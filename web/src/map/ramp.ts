export type Theme = 'dark' | 'light'

/**
 * Six steps from free to jammed. Lightness goes one way (in the dark the worst is brightest, in the light darkest), and
 * neighbours are 0.09–0.13 apart in Oklab for normal, deuteranopic and protanopic sight; test/web/map/ramp.test.ts checks.
 */
export const RAMP: Record<Theme, readonly [string, string, string, string, string, string]> = {
  dark: ['#3f6581', '#7679a1', '#ad86d1', '#e294a5', '#f2b48f', '#f4dd7e'],
  light: ['#78b7da', '#828db7', '#7f65ba', '#854d7a', '#80293b', '#601110'],
}

/** Grey means unknown or stale, and nothing else is grey. */
export const UNKNOWN_COLOUR: Record<Theme, string> = { dark: '#4a5360', light: '#a9b2bd' }

/** Ink that reads on each step, at least 4:1. */
export const RAMP_INK: Record<Theme, readonly string[]> = {
  dark: ['#ffffff', '#0b0e13', '#0b0e13', '#0b0e13', '#0b0e13', '#0b0e13'],
  light: ['#0b0e13', '#0b0e13', '#ffffff', '#ffffff', '#ffffff', '#ffffff'],
}
