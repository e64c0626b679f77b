/** Readings of the last minute of our own clock, in buckets of a second. */
export class MinuteRate {
  readonly #buckets = new Float64Array(60)
  #second: number
  readonly #firstSecond: number

  constructor(nowMs: number) {
    this.#second = Math.floor(nowMs / 1000)
    this.#firstSecond = this.#second
  }

  add(count: number, nowMs: number): void {
    this.#advance(nowMs)
    this.#buckets[this.#second % 60] = (this.#buckets[this.#second % 60] ?? 0) + count
  }

  /** Per minute; while younger than a minute, scaled up from the seconds there are (five at least, so that a burst at the start does not shout). */
  perMin(nowMs: number): number {
    this.#advance(nowMs)
    const seconds = Math.min(60, Math.max(5, this.#second - this.#firstSecond + 1))
    return Math.round((this.#buckets.reduce((a, b) => a + b, 0) * 60) / seconds)
  }

  #advance(nowMs: number): void {
    const second = Math.floor(nowMs / 1000)
    const steps = Math.min(60, second - this.#second)
    for (let i = 1; i <= steps; i++) this.#buckets[(this.#second + i) % 60] = 0
    if (second > this.#second) this.#second = second
  }
}
