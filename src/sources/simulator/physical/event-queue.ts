/** Numbers in the order of their times; equal times in the order of the numbers, so that nothing depends on how they came. */
export class EventQueue {
  readonly #times: number[] = []
  readonly #numbers: number[] = []

  get size(): number {
    return this.#times.length
  }

  /** The earliest time; infinite where nothing waits. */
  get nextS(): number {
    return this.#times[0] ?? Infinity
  }

  push(atS: number, number: number): void {
    let at = this.#times.length
    this.#times.push(atS)
    this.#numbers.push(number)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#isBefore(at, parent)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  /** Takes the number with the earliest time. */
  pop(): number {
    const first = this.#numbers[0] ?? -1
    const lastTime = this.#times.pop() ?? Infinity
    const lastNumber = this.#numbers.pop() ?? -1
    if (this.#times.length > 0) {
      this.#times[0] = lastTime
      this.#numbers[0] = lastNumber
      this.#sink()
    }
    return first
  }

  #sink(): void {
    const { length } = this.#times
    for (let at = 0; ;) {
      const left = 2 * at + 1
      if (left >= length) return
      const child = left + 1 < length && this.#isBefore(left + 1, left) ? left + 1 : left
      if (!this.#isBefore(child, at)) return
      this.#swap(at, child)
      at = child
    }
  }

  #isBefore(a: number, b: number): boolean {
    const timeA = this.#times[a] ?? Infinity
    const timeB = this.#times[b] ?? Infinity
    return timeA < timeB || (timeA === timeB && (this.#numbers[a] ?? 0) < (this.#numbers[b] ?? 0))
  }

  #swap(a: number, b: number): void {
    const time = this.#times[a] ?? 0
    const number = this.#numbers[a] ?? 0
    this.#times[a] = this.#times[b] ?? 0
    this.#numbers[a] = this.#numbers[b] ?? 0
    this.#times[b] = time
    this.#numbers[b] = number
  }
}
