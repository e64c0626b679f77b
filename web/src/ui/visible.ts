/** Control, bidirectional and zero-width characters, and halves of surrogate pairs. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu

/** Foreign text with an escape such as `\x1b` or `\u202e` for what has no shape, or would turn the text around it. */
export function visible(text: string): string {
  return text.replace(UNSEEN, character => {
    const code = character.codePointAt(0) ?? 0
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code > 0xffff ? `{${code.toString(16)}}` : code.toString(16).padStart(4, '0')}`
  })
}
