export const GLYPH_WIDTH = 5
export const GLYPH_HEIGHT = 7

/** Seven rows a letter, each a digit of base 32: five pixels, left first. */
const GLYPHS: Readonly<Record<string, string>> = {
  A: 'ehhvhhh',
  B: 'uhhuhhu',
  C: 'ehggghe',
  D: 'uhhhhhu',
  E: 'vgguggv',
  F: 'vgguggg',
  G: 'ehgnhhf',
  H: 'hhhvhhh',
  I: 'e44444e',
  J: '72222ic',
  K: 'hikokih',
  L: 'ggggggv',
  M: 'hrllhhh',
  N: 'hhpljhh',
  O: 'ehhhhhe',
  P: 'uhhuggg',
  Q: 'ehhhlid',
  R: 'uhhukih',
  S: 'fgge11u',
  T: 'v444444',
  U: 'hhhhhhe',
  V: 'hhhhha4',
  W: 'hhhllla',
  X: 'hha4ahh',
  Y: 'hhha444',
  Z: 'v1248gv',
  '0': 'ehjlphe',
  '1': '4c4444e',
  '2': 'eh1248v',
  '3': 'v2421he',
  '4': '26aiv22',
  '5': 'vgu11he',
  '6': '68guhhe',
  '7': 'v124888',
  '8': 'ehhehhe',
  '9': 'ehhf12c',
  '-': '000v000',
  ':': '0cc0cc0',
  '&': 'cik8lid',
  '.': '00000cc',
  ',': '0000c48',
  '/': '01248g0',
  '+': '044v440',
}

const BLANK: readonly number[] = new Array<number>(GLYPH_HEIGHT).fill(0)
const glyphs = new Map(
  Object.entries(GLYPHS).map(([letter, rows]) => [letter, Array.from(rows, row => parseInt(row, 32))]),
)

/** Its rows from the top, the leftmost pixel the highest bit. */
export function glyphOf(letter: string): readonly number[] {
  return glyphs.get(letter) ?? BLANK
}
