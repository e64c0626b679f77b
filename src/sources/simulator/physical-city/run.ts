import { HOUR_MS } from '../../../core/time/spans.ts'
import type { UtcOffset } from '../calendar/index.ts'
import type { City } from '../city.ts'
import { PhysicalCity } from './physical-city.ts'
import { SensorFaults } from './sensor-faults.ts'
import { Sensors } from './sensors.ts'
import { faultLines, truthLines } from './truth-lines.ts'

export interface PhysicalRunOptions {
  readonly city: City
  /** Local time minus UTC at an instant, ms. */
  readonly offset: UtcOffset
  /** Whole seconds; `toMs` is the first instant that is no longer in it. */
  readonly fromMs: number
  readonly toMs: number
  /** The truth is told so often, s, counted from `fromMs`. */
  readonly truthIntervalS: number
  /** Chance that a fault of a sensor begins, by sensor and day, 0–1. @default 0 */
  readonly faultChance?: number
}

/** What the city said in one interval of the truth; nothing before `fromMs`, while it fills. */
export interface PhysicalFrame {
  /** Everything before this instant has been said. */
  readonly untilMs: number
  /** Wire records in the order in which they arrive, each with its LF; those still on their way at the end come last. */
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
  const { city, offset, fromMs, toMs, truthIntervalS, faultChance = 0 } = options
  const physical = new PhysicalCity(city, offset, fromMs - WARM_UP_MS)
  const { network } = physical.traffic.streets
  const faults = new SensorFaults(city.config.seed, city.sensors.length, faultChance)
  const sensors = new Sensors(city, physical, faults)
  const frameMs = truthIntervalS * 1000
  for (let atMs = physical.startMs; atMs < fromMs;) {
    const untilMs = Math.min(fromMs, atMs + frameMs)
    sensors.readingsTo(atMs, untilMs)
    physical.runTo(untilMs)
    yield { untilMs, readings: Buffer.alloc(0), readingCount: 0, truth: '', truthCount: 0 }
    atMs = untilMs
  }
  sensors.rest()
  // Meters begin anew: what happened before is nobody's.
  truthLines(physical, network, fromMs, 0)
  for (let atMs = fromMs; atMs < toMs;) {
    const untilMs = Math.min(toMs, atMs + frameMs)
    const said = sensors.readingsTo(atMs, untilMs)
    const late = untilMs === toMs ? sensors.rest() : { lines: Buffer.alloc(0), count: 0 }
    physical.runTo(untilMs)
    const began = faults.beginning(atMs / 1000, untilMs / 1000)
    const failing = atMs === fromMs ? [...faults.goingOn(atMs / 1000), ...began] : began
    yield {
      untilMs,
      readings: Buffer.concat([said.lines, late.lines]),
      readingCount: said.count + late.count,
      truth: truthLines(physical, network, untilMs, (untilMs - atMs) / 1000) + faultLines(city, failing),
      truthCount: network.links.length + 1 + failing.length,
    }
    atMs = untilMs
  }
}
