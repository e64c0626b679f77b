import { AppError } from '../../core/errors.ts'
import type { Append, LogWriter } from '../../core/log.ts'
import type { Sensor } from '../../core/schema/sensor.ts'
import { HOUR_MS } from '../../core/time/spans.ts'
import type { City } from './city.ts'
import type { TrafficModel } from './model.ts'
import { readingGenerator } from './readings.ts'
import { changeLines, registerChanges } from './sensor-register.ts'
import type { Present, StreamGenerator } from './streams/index.ts'
import type { Span } from './streams/speaker.ts'
import { streamSpeaker } from './streams/speaker.ts'

export const SIMULATOR_SOURCE = 'simulator'

export interface SimulatorProgress {
  readonly phase: 'backfill' | 'live'
  /** Readings appended by this run so far. */
  readonly readings: number
  /** Share of the gap that is filled, 0–1; 1 when live. */
  readonly done: number
  /** All readings before this instant are in the log. */
  readonly untilMs: number
}

export interface SimulatorOptions {
  readonly city: City
  readonly model: TrafficModel
  readonly log: LogWriter
  readonly now: () => number
  /** Resolves after so long, or at once when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  /** Time of the newest reading that is in the log; null when there is none. Its second is sent again: readings count once. */
  readonly resumeFromMs: number | null
  /** How far back a gap is filled. */
  readonly backfillHours?: number
  /** The register as it stands. */
  readonly registered?: ReadonlyMap<string, Sensor>
  /** What the city says beside its readings. @default nothing */
  readonly streams?: StreamGenerator
  /** What the lake holds of these streams. */
  readonly present?: Present
  readonly onProgress?: (progress: SimulatorProgress) => void
  /** A failure that is tried again. */
  readonly onProblem?: (problem: AppError) => void
}

/** A gap is filled in frames of so much simulated time, and the other streams in frames of an hour. */
const FRAME_MS = 5 * 60_000
/** A city scaled for load fills less of the past, so that the start stays quick. */
const MAX_BACKFILL_READINGS = 2_000_000
/** From so far behind the clock on, a reading's arrival is its own time: nobody saw it arrive. */
const BEHIND_MS = 10_000
const RETRY_MS = 1000
const REGISTER_SOURCE = 'register'

/**
 * Puts the city into the register and its traffic into the log: first what is missing since `resumeFromMs` (at most
 * `backfillHours`), then each second what is due. Resolves when the signal aborts, with the batch in hand appended.
 * An append that fails but may be retried is retried until it succeeds: nothing is left out.
 */
export async function runSimulator(options: SimulatorOptions): Promise<void> {
  const { city, model, now, sleep, signal } = options
  const generator = readingGenerator(city, model)
  const append = (batch: Append) => appendUntilDone(options, batch)
  const stopped = () => signal.aborted

  for (const part of changeLines(
    registerChanges(city.sensors, options.registered ?? new Map<string, Sensor>()),
  )) {
    if (stopped()) return
    await append({ kind: 'sensor', source: REGISTER_SOURCE, arrivedAtMs: now(), intervalS: null, ...part })
  }

  const say = speaker(options)
  let readings = 0
  let fromMs = options.resumeFromMs ?? -Infinity
  while (!stopped()) {
    const dueMs = Math.floor(now() / 1000) * 1000 + 1000
    // Also after a pause of the machine: what is older than the backfill is left out.
    fromMs = Math.max(fromMs, dueMs - backfillMs(options))
    const startMs = fromMs
    const gap = dueMs - startMs > BEHIND_MS
    while (fromMs < dueMs && !stopped()) {
      const toMs = Math.min(dueMs, (Math.floor(fromMs / FRAME_MS) + 1) * FRAME_MS)
      await say({ fromMs, toMs, dueMs, gap })
      if (stopped()) return
      for (const { lines, count, lastMs } of generator.between(fromMs, toMs)) {
        const arrivedAtMs = gap ? lastMs : Math.max(lastMs, now())
        await append({
          kind: 'reading',
          source: SIMULATOR_SOURCE,
          arrivedAtMs,
          intervalS: city.config.intervalS,
          lines,
          count,
        })
        readings += count
        if (stopped()) return
      }
      fromMs = toMs
      const done = (toMs - startMs) / (dueMs - startMs)
      options.onProgress?.({
        phase: gap ? 'backfill' : 'live',
        readings,
        done: gap ? done : 1,
        untilMs: toMs,
      })
    }
    // The clock may stand still or go back: then wait until it is past what was sent.
    await sleep(Math.max(1, Math.min(fromMs - now(), 1000)), signal)
  }
}

/** Says what belongs to a span beside its readings. */
function speaker(options: SimulatorOptions): (span: Span) => Promise<void> {
  const { streams, present = new Map(), now } = options
  if (streams === undefined) return () => Promise.resolve()
  return streamSpeaker(
    streams,
    present,
    ({ stream, lines, count }, arrivedAtMs) =>
      appendUntilDone(options, {
        kind: stream,
        source: SIMULATOR_SOURCE,
        arrivedAtMs,
        intervalS: null,
        lines,
        count,
      }),
    now,
  )
}

function backfillMs({ city, backfillHours = 24 }: SimulatorOptions): number {
  const perMs = city.sensors.length / (city.config.intervalS * 1000)
  return Math.max(
    1000,
    Math.min(backfillHours * HOUR_MS, Math.floor(MAX_BACKFILL_READINGS / perMs / 1000) * 1000),
  )
}

async function appendUntilDone(
  { log, sleep, signal, onProblem }: SimulatorOptions,
  batch: Append,
): Promise<void> {
  for (;;) {
    try {
      await log.append(batch)
      return
    } catch (problem) {
      if (!(problem instanceof AppError) || !problem.retryable) throw problem
      onProblem?.(problem)
      if (signal.aborted) return
      await sleep(RETRY_MS, signal)
    }
  }
}
