/** A wire record and its own instant: when it was observed, issued or said. */
export interface Dated {
  readonly atMs: number
  readonly record: object
}

/** One stream of the simulated city. */
export interface Feed {
  /** The stream's name. */
  readonly stream: string
  /**
   * Its records with `fromMs <= time < toMs`, in order of time. The same span always gives the same records, however it is cut.
   * @param coarse of the past, where a stream may leave out steps; what it gives is among what it gives otherwise
   */
  between(fromMs: number, toMs: number, coarse: boolean): Dated[]
}

/** The multiples of a step in a span. */
export function stepsBetween(fromMs: number, toMs: number, stepMs: number): number[] {
  const first = Math.ceil(fromMs / stepMs)
  const end = Math.ceil(toMs / stepMs)
  return Array.from({ length: Math.max(0, end - first) }, (_, i) => (first + i) * stepMs)
}

/** `2026-06-16T12:00:00Z`, with milliseconds only where there are some. */
export function instant(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000', '')
}

export function round(value: number, digits: number): number {
  const scale = 10 ** digits
  // Without a negative zero, which JSON would not keep.
  return Math.round(value * scale) / scale + 0
}
