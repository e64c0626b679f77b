import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DiskFullError, UsageError } from '../../core/errors.ts'
import { offsetMsAt, zoneOffsets } from '../../core/time/index.ts'
import { HOUR_MS } from '../../core/time/spans.ts'
import { buildCity, physicalRun } from '../../sources/simulator/index.ts'
import type { PhysicalFrame } from '../../sources/simulator/index.ts'
import { OutputFile } from './output-file.ts'
import { writeRunState } from './run-state.ts'
import type { RunPlan, RunState } from './run-state.ts'

export interface SimulateOptions {
  readonly folder: string
  readonly plan: RunPlan
  /** What a run of the same plan has written there; null begins a new one. */
  readonly before: RunState | null
  /** Ends it after the frame in hand. */
  readonly signal: AbortSignal
  readonly onProgress: (progress: SimulateProgress) => void
}

export interface SimulateProgress {
  /** Share of the span that has been simulated, 0–1. */
  readonly done: number
  readonly untilMs: number
  readonly readings: number
}

const FILES = { readings: 'readings.ndjson', truth: 'truth.ndjson' } as const
/** How far the files are whole is written down each time so much has been simulated. */
const NOTE_MS = HOUR_MS

/**
 * Simulates a span of the physical city into files, as fast as it goes. A run that is gone on with simulates what has been written once
 * more, compares it, and writes on behind it: the files are those of a run that was never stopped.
 * @returns the state that stands in the folder
 */
export async function simulate(options: SimulateOptions): Promise<RunState> {
  try {
    return await simulated(options)
  } catch (error) {
    throw meaningOf(error, options.folder)
  }
}

/** @throws {UsageError} when the folder has something in it, and none of that may be replaced */
export async function prepareFolder(folder: string, mayReplace: boolean): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    const there = await readdir(folder)
    const [first] = there
    if (first === undefined || mayReplace) return
    throw new UsageError(
      `${folder} is not empty (${first}${there.length > 1 ? ' and more' : ''}); choose another folder, --overwrite to replace a simulation, or --resume to go on with one.`,
    )
  } catch (error) {
    throw meaningOf(error, folder)
  }
}

async function simulated({ folder, plan, before, signal, onProgress }: SimulateOptions): Promise<RunState> {
  const [fromMs, toMs] = [Date.parse(plan.from), Date.parse(plan.to)]
  const readings = await OutputFile.open(join(folder, FILES.readings), before?.readings.bytes ?? 0)
  const truth = await openOrClose(join(folder, FILES.truth), before?.truth.bytes ?? 0, readings)
  const thereMs = before === null ? fromMs : Date.parse(before.until)
  const note = async (state: RunState['state'], untilMs: number): Promise<RunState> => {
    await Promise.all([readings.sync(), truth.sync()])
    const until = new Date(untilMs).toISOString()
    const noted: RunState = { plan, state, until, readings: readings.written, truth: truth.written }
    await writeRunState(folder, noted)
    return noted
  }
  try {
    let [untilMs, notedMs] = [fromMs, Math.max(fromMs, thereMs)]
    if (before === null) await note('running', fromMs)
    for (const frame of framesOf(plan, fromMs, toMs)) {
      if (signal.aborted)
        return untilMs < thereMs && before !== null ? before : await note('stopped', untilMs)
      await readings.append(frame.readings, frame.readingCount)
      await truth.append(Buffer.from(frame.truth), frame.truthCount)
      untilMs = Math.max(fromMs, frame.untilMs)
      onProgress({ done: (untilMs - fromMs) / (toMs - fromMs), untilMs, readings: readings.written.lines })
      if (untilMs < notedMs + NOTE_MS || untilMs === toMs) continue
      notedMs = untilMs
      await note('running', untilMs)
    }
    return await note('complete', toMs)
  } finally {
    await Promise.all([readings.close(), truth.close()])
  }
}

function framesOf(plan: RunPlan, fromMs: number, toMs: number): Generator<PhysicalFrame, void, undefined> {
  const zone = zoneOffsets(plan.time_zone)
  const city = buildCity({
    latitude: plan.latitude,
    longitude: plan.longitude,
    gridSize: plan.grid_size,
    intervalS: plan.interval_s,
    // The physical city has no weather yet.
    weatherIntervalS: 300,
    seed: plan.seed,
    readingsPerMinute: null,
  })
  const offset = (utcMs: number) => offsetMsAt(zone, utcMs)
  const [truthIntervalS, faultChance] = [plan.truth_interval_s, plan.sensor_faults]
  return physicalRun({ city, offset, fromMs, toMs, truthIntervalS, faultChance })
}

async function openOrClose(path: string, thereBytes: number, opened: OutputFile): Promise<OutputFile> {
  try {
    return await OutputFile.open(path, thereBytes)
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** What the disk refuses, as a sentence with the folder; anything else as it is. */
function meaningOf(error: unknown, folder: string): unknown {
  const { code, message } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { code: undefined, message: '' }
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new DiskFullError(
      `${folder}: the disk is full. Make room, then go on with \`arterial simulate --resume --out ${folder}\`.`,
      { cause: error },
    )
  const isDisk = code !== undefined && !code.startsWith('ART_') && !code.startsWith('ERR_')
  return isDisk ? new UsageError(`${folder} can't be written: ${message}`, { cause: error }) : error
}
