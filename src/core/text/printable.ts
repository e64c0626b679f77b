/** What has no shape of its own: control, bidirectional and zero-width characters, line separators, halves of surrogate pairs. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u
/** Blanks of every width, and characters that leave no mark where they stand alone. */
const BLANK = /^[\p{Zs}\p{Default_Ignorable_Code_Point}\u2800]*$/u
/** Nearly every name and text is of these alone, and needs no look at what Unicode says of it. */
const IS_PLAIN = /^[ -~]*[!-~] *$/
const EACH_UNSEEN = new RegExp(UNSEEN, 'gu')
const EACH_BUT_LINES = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu

/** Whether a name holds what nobody sees, and what could move a cursor or turn the text around it. */
export function hasUnseen(text: string): boolean {
  return UNSEEN.test(text)
}

/** Whether an id can be told from others by eye: nothing unseen is in it, and something that is not blank. */
export function isVisible(id: string): boolean {
  return IS_PLAIN.test(id) || (!UNSEEN.test(id) && !BLANK.test(id))
}

/** One line, with escapes such as `\u001b` for what would steer the terminal of whoever looks at foreign data. */
export function printableLine(text: string): string {
  return text.replace(EACH_UNSEEN, escaped)
}

/** The same for text of several lines; in JSON it stays the same document. */
export function printableLines(text: string): string {
  return text.replace(EACH_BUT_LINES, escaped)
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, i) => {
    return `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`
  }).join('')
}
