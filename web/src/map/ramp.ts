export type Theme = 'dark' | 'light'

/**
 * Six steps from free to jammed: blue, indigo, violet, magenta, rose, red. A step has one hue in both themes, so that it
 * means the same; only its lightness differs, and goes one way (in the dark the worst is brightest, in the light
 * darkest). Neighbours are at least 0.1 apart in Oklab for normal, deuteranopic and protanopic sight;
 * test/web/map/ramp.test.ts checks.
 */
export const RAMP: Record<Theme, readonly [string, string, string, string, string, string]> = {
  dark: ['#275680', '#4448b7', '#7e59eb', '#b958b6', '#dc577c', '#fe7162'],
  light: ['#97badc', '#8997fd', '#8764f5', '#a744a4', '#ae2b56', '#890306'],
}

/** Grey means unknown or stale, and nothing else is grey. */
export const UNKNOWN_COLOUR: Record<Theme, string> = { dark: '#4a5360', light: '#a9b2bd' }

/** Ink that reads on each step, at least 4:1. */
export const RAMP_INK: Record<Theme, readonly string[]> = {
  dark: ['#ffffff', '#ffffff', '#ffffff', '#0b0e13', '#0b0e13', '#0b0e13'],
  light: ['#0b0e13', '#0b0e13', '#0b0e13', '#ffffff', '#ffffff', '#ffffff'],
}
