/** Texts that repeat, each kept once and named by a number; 0 is no text. */
export class Dictionary {
  readonly texts: (string | null)[] = [null]
  readonly #codes = new Map<string, number>()

  codeOf(text: string | null): number {
    if (text === null) return 0
    let code = this.#codes.get(text)
    if (code === undefined) {
      code = this.texts.push(text) - 1
      this.#codes.set(text, code)
    }
    return code
  }

  /** By code, 1 where the text is meant. */
  where(isMeant: (text: string | null) => boolean): Uint8Array {
    return Uint8Array.from(this.texts, text => Number(isMeant(text)))
  }
}
