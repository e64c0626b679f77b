/** What is wrong in a calendar, for the person who keeps it: where, what, and the remedy. */
export interface CalendarProblem {
  /** Of the file, from 1; null where it speaks of the whole. */
  readonly line: number | null
  readonly message: string
  /** Something was left out for it; a note is only told. */
  readonly isRefusal: boolean
}

/** Something that can't be read as what it should be; becomes a problem at its line. */
export class Unreadable extends Error {
  readonly line: number | null

  constructor(line: number | null, message: string) {
    super(message)
    this.name = 'Unreadable'
    this.line = line
  }
}

/** Foreign text in a message: one line, cut. */
export function quoted(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')
  return `"${line.length > 60 ? `${line.slice(0, 57)}…` : line}"`
}
