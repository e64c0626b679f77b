/**
 * The words of steps that run side by side, in the order in which the steps are listed: the first that is not over speaks
 * at once, what the others say waits until it is their turn.
 */
export class Turns {
  readonly #steps: { readonly title: string; readonly waiting: Uint8Array[]; isOver: boolean }[]
  readonly #write: (words: Uint8Array) => void
  #front = 0

  constructor(titles: readonly string[], write: (words: Uint8Array) => void) {
    this.#steps = titles.map(title => ({ title, waiting: [], isOver: false }))
    this.#write = write
    this.#begin()
  }

  says(step: number, words: Uint8Array): void {
    if (step === this.#front) this.#write(words)
    else this.#steps[step]?.waiting.push(words)
  }

  /** A step that never began is over as well. */
  ends(step: number): void {
    const ended = this.#steps[step]
    if (ended !== undefined) ended.isOver = true
    while (this.#steps[this.#front]?.isOver === true) {
      this.#front++
      this.#begin()
    }
  }

  #begin(): void {
    const front = this.#steps[this.#front]
    if (front === undefined) return
    this.#write(Buffer.from(`\n── ${front.title}\n`))
    for (const words of front.waiting.splice(0)) this.#write(words)
  }
}
