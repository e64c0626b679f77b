const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  '#39': "'",
  '#34': '"',
  '#38': '&',
}
const ENTITY = /&(amp|lt|gt|quot|apos|nbsp|#39|#34|#38);/g
/** Blanks of every width, control and format characters. */
const BLANKS = /[\s\p{Zs}\p{Cc}\p{Cf}]+/gu
const IS_PLAIN = /^[!-~](?: ?[!-~])*$/

/** A text without padding, with single blanks and its HTML entities unescaped; null when nothing is left of it. */
export function normalText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  const given = typeof value === 'string' ? value : JSON.stringify(value)
  let text = given.trim()
  if (!IS_PLAIN.test(text)) text = text.normalize('NFC').replace(BLANKS, ' ').trim()
  if (text.includes('&')) {
    text = text.replace(ENTITY, (entity, name: string) => ENTITIES[name] ?? entity).trim()
  }
  return text === '' ? null : text
}
