import type { Glyph } from './glyphs.ts'

/** None of them is a site's circle, square or diamond: an event stands on a pin, road works in a triangle, a camera and a device in a plate. */
export type SignShape = 'pin' | 'triangle' | 'plate' | 'label'
/** Now: filled. To come: hollow, with a broken outline. Over or called off: hollow and struck through; lists only. */
export type SignLook = 'active' | 'planned' | 'off'

export interface SignImage {
  readonly shape: SignShape
  readonly glyph: Glyph
  readonly look: SignLook
  /** Of a label, behind the glyph. */
  readonly text?: string
}

interface Outline {
  /** Around (0, 0), in px at the map's usual zoom. */
  readonly path: string
  /** Middle of the glyph. */
  readonly glyphY: number
  readonly glyphPx: number
}

export const OUTLINES: Record<Exclude<SignShape, 'label'>, Outline> = {
  pin: { path: 'M0 16L-5.5 8.53A11 11 0 1 1 5.5 8.53Z', glyphY: -1, glyphPx: 13 },
  triangle: { path: 'M0 -13L14 11.5L-14 11.5Z', glyphY: 4.2, glyphPx: 14 },
  plate: {
    path: 'M-9 -8.5h18a3 3 0 0 1 3 3v11a3 3 0 0 1 -3 3h-18a3 3 0 0 1 -3 -3v-11a3 3 0 0 1 3 -3Z',
    glyphY: 0,
    glyphPx: 14,
  },
}

/** Where the sign lies beside its place, px: a pin and a triangle stand on it, a plate and a label leave a site's mark in sight. */
export const SIGN_OFFSETS: Record<SignShape, readonly [number, number]> = {
  pin: [0, -16],
  triangle: [0, -21],
  plate: [19, -17],
  label: [0, -24],
}

/** A letter of a label's text, px. */
const LETTER_PX = 6.6

/** The room a sign takes: how far its middle lies below that of its image, and half its sides, px. */
export function signBox({ shape, text = '' }: SignImage): {
  readonly down: number
  readonly halfWidth: number
  readonly halfHeight: number
} {
  switch (shape) {
    case 'pin':
      return { down: 2.5, halfWidth: 11, halfHeight: 13.5 }
    case 'triangle':
      return { down: -0.75, halfWidth: 13, halfHeight: 12.5 }
    case 'plate':
      return { down: 0, halfWidth: 12, halfHeight: 8.5 }
    case 'label':
      return { down: 0, halfWidth: (21 + text.length * LETTER_PX) / 2, halfHeight: 10 }
  }
}

const SEPARATOR = '|'

/** The name of a sign's image in the map's style; `signOf` reads it back. */
export function signName({ shape, glyph, look, text = '' }: SignImage): string {
  return ['sign', shape, glyph, look, text].join(SEPARATOR)
}

export function signOf(name: string): SignImage | null {
  const [what, shape, glyph, look, text = ''] = name.split(SEPARATOR)
  if (what !== 'sign') return null
  return { shape, glyph, look, text } as SignImage
}
