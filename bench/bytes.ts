import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import type { BenchOptions, BenchOutcome } from '../src/app/cli/commands/bench.ts'
import { FolderUsage } from '../src/app/disk/index.ts'
import { loadConfig } from '../src/core/config/index.ts'
import { offsetMsAt, zoneOffsets } from '../src/core/time/index.ts'
import { diskFiles, openLog } from '../src/log/segments/index.ts'
import type { SegmentFiles, SegmentLog } from '../src/log/segments/index.ts'
import { buildCity, profileTraffic, runSimulator } from '../src/sources/simulator/index.ts'
import { round, table, thousands } from './figures.ts'
import { withFolder } from './system/server.ts'

const MINUTES = 24 * 60
const HOUR_MS = 3_600_000
/** As often as the running system does it. */
const COMPACT_EVERY_MS = 30_000
/** A timer wakes so much late at most, ms: arrivals are not evenly spaced, and that costs bytes. */
const LATE_MS = 4
const GOAL_BYTES_PER_LINE = 35
/** Where the simulated day begins; a weekday. */
const FROM_MS = Date.UTC(2026, 2, 3)

/** What a log takes of the disk for each of its lines. */
interface PerLine {
  readonly lines: number
  readonly segment: number
  readonly sidecar: number
  readonly both: number
  /** Everything in the folder, by blocks, as `du` says. */
  readonly du: number
}

interface Day {
  readonly afterAnHour: PerLine | null
  readonly atTheEnd: PerLine
  readonly duBytes: number
}

/**
 * Says what a line of a quiet city costs on disk: the demo's traffic of a day, second by second, through the real log,
 * with its segments compacted as it grows and without. The clock is simulated and fsync left out: neither changes a byte.
 */
export async function run({
  minutes = MINUTES,
  seed,
  signal,
  onProgress,
}: BenchOptions): Promise<BenchOutcome> {
  onProgress(`The demo's traffic of ${thousands(minutes)} minutes, compacted as the log grows…`)
  const compacted = await withFolder(dir => simulate(dir, { minutes, seed, signal, compacts: true }))
  onProgress('The same without compaction…')
  const plain = await withFolder(dir => simulate(dir, { minutes, seed, signal, compacts: false }))
  const worst = Math.max(compacted.afterAnHour?.both ?? 0, compacted.atTheEnd.both)
  const ok = worst <= GOAL_BYTES_PER_LINE
  return { json: { minutes, compacted, plain }, text: textOf(minutes, compacted, plain, ok), ok }
}

interface SimulateOptions {
  readonly minutes: number
  readonly seed: number | undefined
  readonly signal: AbortSignal
  readonly compacts: boolean
}

async function simulate(dir: string, { minutes, seed, signal, compacts }: SimulateOptions): Promise<Day> {
  let nowMs = FROM_MS
  const untilMs = FROM_MS + minutes * 60_000
  const now = () => nowMs
  const log = await openLog(dir, {
    now,
    files: withoutSync,
    onProblem: ({ message }) => {
      throw new Error(message)
    },
  })
  try {
    let afterAnHour: PerLine | null = null
    let compactAtMs = FROM_MS + COMPACT_EVERY_MS
    const passed = async () => {
      if (compacts && nowMs >= compactAtMs) {
        compactAtMs = nowMs + COMPACT_EVERY_MS
        await compact(log)
      }
      if (nowMs >= FROM_MS + HOUR_MS) afterAnHour ??= (await measure(dir, log)).perLine
    }
    await simulator({ log, seed, now, untilMs, signal, advance: ms => (nowMs += ms), passed })
    const { perLine, duBytes } = await measure(dir, log)
    return { afterAnHour, atTheEnd: perLine, duBytes }
  } finally {
    await log.close()
  }
}

/** The demo's own simulator, told the time. */
async function simulator(clock: {
  readonly log: SegmentLog
  readonly seed: number | undefined
  readonly now: () => number
  readonly untilMs: number
  readonly signal: AbortSignal
  readonly advance: (ms: number) => void
  /** Called after each second. */
  readonly passed: () => Promise<void>
}): Promise<void> {
  const { city: place, simulation } = loadConfig({ env: {}, cwd: import.meta.dirname, flags: {} })
  const city = buildCity({
    ...{ latitude: place.latitude, longitude: place.longitude, gridSize: simulation.gridSize },
    ...{ intervalS: simulation.intervalS, weatherIntervalS: simulation.weatherIntervalS },
    ...{ seed: clock.seed ?? simulation.seed, readingsPerMinute: simulation.readingsPerMinute },
  })
  const zone = zoneOffsets(place.timeZone)
  const stop = new AbortController()
  let seconds = 0
  await runSimulator({
    city,
    model: profileTraffic(city, ms => offsetMsAt(zone, ms)),
    log: clock.log,
    now: clock.now,
    signal: AbortSignal.any([stop.signal, clock.signal]),
    resumeFromMs: clock.now(),
    async sleep(ms) {
      clock.advance(ms + ((seconds++ * 7) % LATE_MS))
      await clock.passed()
      if (clock.now() >= clock.untilMs) stop.abort()
      await turn()
    },
  })
  clock.signal.throwIfAborted()
}

async function compact(log: SegmentLog): Promise<void> {
  const { failure } = await log.compact({
    pace: () => Promise.resolve(),
    hasRoom: () => Promise.resolve(true),
  })
  if (failure !== null) throw new Error(failure)
}

async function measure(dir: string, log: SegmentLog): Promise<{ perLine: PerLine; duBytes: number }> {
  let segment = 0
  let sidecar = 0
  for (const name of await readdir(dir)) {
    const { size } = await stat(join(dir, name))
    if (name.endsWith('.ndjson.zst')) segment += size
    else if (name.includes('.frames.')) sidecar += size
  }
  const usage = new FolderUsage({ folder: dir, elapsedMs: () => performance.now(), now: Date.now })
  while (usage.sizes === null) await turn()
  const duBytes = usage.sizes.totalBytes
  const lines = log.synced
  const each = (bytes: number) => round(bytes / lines, 1)
  return {
    perLine: {
      ...{ lines, segment: each(segment), sidecar: each(sidecar) },
      ...{ both: each(segment + sidecar), du: each(duBytes) },
    },
    duBytes,
  }
}

const withoutSync: SegmentFiles = {
  ...diskFiles,
  async open(path) {
    const file = await diskFiles.open(path)
    return {
      write: (bytes, offset) => file.write(bytes, offset),
      datasync: () => Promise.resolve(),
      truncate: bytes => file.truncate(bytes),
      close: () => file.close(),
    }
  },
  syncFolder: () => Promise.resolve(),
}

function textOf(minutes: number, compacted: Day, plain: Day, ok: boolean): string {
  const row = (title: string, figures: PerLine | null) =>
    figures === null
      ? []
      : [
          [
            title,
            thousands(figures.lines),
            ...[figures.segment, figures.sidecar, figures.both, figures.du].map(String),
          ],
        ]
  const perYear = (day: Day) => round((day.duBytes / minutes) * 60 * 24 * 365.25 * 1e-9, 1)
  return [
    `What a line of a quiet city takes on disk, bytes, over ${thousands(minutes)} minutes of the demo's traffic`,
    '',
    table([
      ['', 'lines', 'segment', 'sidecar', 'both', 'du'],
      ...row('after an hour', compacted.afterAnHour),
      ...row('at the end', compacted.atTheEnd),
      ...row('not compacted, at the end', plain.atTheEnd),
    ]),
    '',
    `A year at this rate, by du: ${perYear(compacted)} GB; not compacted ${perYear(plain)} GB`,
    '',
    ok ? 'Goal reached.' : `Goal missed: at most ${GOAL_BYTES_PER_LINE} bytes a line, segment and sidecar.`,
  ].join('\n')
}
