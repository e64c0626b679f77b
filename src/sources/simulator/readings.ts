import type { City } from './city.ts'
import { LineWriter } from './line-writer.ts'
import type { TrafficModel } from './model.ts'
import { emptyState } from './model.ts'

/** Lines the log may keep: a buffer of their own, in order of time. */
export interface ReadingLines {
  readonly lines: Buffer
  readonly count: number
  /** Times of the first and the last reading. */
  readonly firstMs: number
  readonly lastMs: number
}

/** Generates readings of one city; keeps what is the same for all of them. */
export interface ReadingGenerator {
  /** Readings with `fromMs <= time < toMs` as wire records, at most `maxLines` at once. */
  between(fromMs: number, toMs: number): Generator<ReadingLines, void, undefined>
}

const MAX_LINES = 16_384

export function readingGenerator(city: City, model: TrafficModel, maxLines = MAX_LINES): ReadingGenerator {
  const writer = new LineWriter(city)
  return { between: (fromMs, toMs) => readingsBetween(city, model, writer, fromMs, toMs, maxLines) }
}

function* readingsBetween(
  { config, order, offsetsS }: City,
  model: TrafficModel,
  writer: LineWriter,
  fromMs: number,
  toMs: number,
  maxLines: number,
): Generator<ReadingLines, void, undefined> {
  const { intervalS } = config
  const state = emptyState()
  const fromS = Math.ceil(fromMs / 1000)
  const toS = Math.ceil(toMs / 1000)
  let round = Math.floor(fromS / intervalS)
  let next = firstAtOrAfter(offsetsS, fromS - round * intervalS)

  for (;;) {
    if (next === order.length) {
      round++
      next = 0
    }
    const firstS = round * intervalS + (offsetsS[next] ?? 0)
    if (firstS >= toS) return

    // Ends with the round at the latest, so that the number of lines is known before the buffer is made.
    const end = Math.min(next + maxLines, firstAtOrAfter(offsetsS, toS - round * intervalS))
    const target = Buffer.allocUnsafeSlow((end - next) * writer.maxLineBytes)
    let length = 0
    let second = firstS
    for (let i = next; i < end; i++) {
      const sensor = order[i] ?? 0
      second = round * intervalS + (offsetsS[i] ?? 0)
      model.stateAt(sensor, second * 1000, state)
      length = writer.write(target, length, sensor, second, state)
    }
    yield {
      lines: target.subarray(0, length),
      count: end - next,
      firstMs: firstS * 1000,
      lastMs: second * 1000,
    }
    next = end
  }
}

/** Index of the first offset that is not below `offsetS`. */
function firstAtOrAfter(offsetsS: Uint16Array, offsetS: number): number {
  let low = 0
  let high = offsetsS.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((offsetsS[middle] ?? 0) < offsetS) low = middle + 1
    else high = middle
  }
  return low
}
