import { HOUR_MS } from '../../../core/time/spans.ts'
import type { UtcOffset } from '../calendar/index.ts'
import type { City } from '../city.ts'
import { LineWriter } from '../line-writer.ts'
import { emptyState } from '../model.ts'
import { PhysicalCity } from './physical-city.ts'
import { truthLines } from './truth-lines.ts'

export interface PhysicalRunOptions {
  readonly city: City
  /** Local time minus UTC at an instant, ms. */
  readonly offset: UtcOffset
  /** Whole seconds; `toMs` is the first instant that is no longer in it. */
  readonly fromMs: number
  readonly toMs: number
  /** The truth is told so often, s, counted from `fromMs`. */
  readonly truthIntervalS: number
}

/** What the city said in one interval of the truth; nothing before `fromMs`, while it fills. */
export interface PhysicalFrame {
  /** Everything before this instant has been said. */
  readonly untilMs: number
  /** Wire records in order of time, each with its LF. */
  readonly readings: Buffer
  readonly readingCount: number
  /** NDJSON, see `truthLines`. */
  readonly truth: string
  readonly truthCount: number
}

/** The city is empty so long before the first reading, and fills until then: most trips take less. */
const WARM_UP_MS = HOUR_MS

/**
 * A span of the city of single vehicles, frame by frame and as fast as it goes. Depends on its options alone. Nothing but the frame in
 * hand is kept, so that a year takes no more memory than an hour.
 */
export function* physicalRun(options: PhysicalRunOptions): Generator<PhysicalFrame, void, undefined> {
  const { city, offset, fromMs, toMs, truthIntervalS } = options
  const physical = new PhysicalCity(city, offset, fromMs - WARM_UP_MS)
  const { network } = physical.traffic.streets
  const sensors = new Sensors(city, physical)
  const frameMs = truthIntervalS * 1000
  for (let atMs = physical.startMs; atMs < fromMs;) {
    const untilMs = Math.min(fromMs, atMs + frameMs)
    sensors.readingsTo(atMs, untilMs)
    physical.runTo(untilMs)
    yield { untilMs, readings: Buffer.alloc(0), readingCount: 0, truth: '', truthCount: 0 }
    atMs = untilMs
  }
  // Meters begin anew: what happened before is nobody's.
  truthLines(physical, network, fromMs, 0)
  for (let atMs = fromMs; atMs < toMs;) {
    const untilMs = Math.min(toMs, atMs + frameMs)
    const said = sensors.readingsTo(atMs, untilMs)
    physical.runTo(untilMs)
    yield {
      untilMs,
      readings: said.lines,
      readingCount: said.count,
      truth: truthLines(physical, network, untilMs, (untilMs - atMs) / 1000),
      truthCount: network.links.length + 1,
    }
    atMs = untilMs
  }
}

/** Runs the city and reads each sensor when it sends, in the order and at the seconds of the city of profiles. */
class Sensors {
  readonly #city: City
  readonly #physical: PhysicalCity
  readonly #writer: LineWriter
  readonly #state = emptyState()

  constructor(city: City, physical: PhysicalCity) {
    if (city.sensors.length !== city.sites.length)
      throw new RangeError(
        `${city.sensors.length} sensors at ${city.sites.length} intersections: the physical city has one at each`,
      )
    this.#city = city
    this.#physical = physical
    this.#writer = new LineWriter(city)
  }

  /** Wire records with `fromMs <= time < toMs`, whole seconds; all before must have been read. */
  readingsTo(fromMs: number, toMs: number): { readonly lines: Buffer; readonly count: number } {
    const due = dueBetween(this.#city, fromMs / 1000, toMs / 1000)
    const target = Buffer.allocUnsafeSlow(due.length * this.#writer.maxLineBytes)
    let length = 0
    for (const { sensor, second } of due) {
      this.#physical.runTo(second * 1000)
      this.#physical.readSite(sensor, this.#state)
      length = this.#writer.write(target, length, sensor, second, this.#state)
    }
    return { lines: target.subarray(0, length), count: due.length }
  }
}

function dueBetween({ config, order, offsetsS }: City, fromS: number, toS: number) {
  const due: { readonly sensor: number; readonly second: number }[] = []
  for (let round = Math.floor(fromS / config.intervalS); round * config.intervalS < toS; round++)
    order.forEach((sensor, i) => {
      const second = round * config.intervalS + (offsetsS[i] ?? 0)
      if (second >= fromS && second < toS) due.push({ sensor, second })
    })
  return due
}
