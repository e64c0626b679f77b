import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../../core/errors.ts'
import { writeFileDurably } from '../../core/disk/write-file-durably.ts'

export const STATE_FILE = 'run.json'

/** All that decides what a run writes: the same plan gives the same bytes. */
const RunPlan = z.strictObject({
  /** Of the program: another one's city may drive differently. */
  version: z.string(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  seed: z.int(),
  grid_size: z.int().positive(),
  interval_s: z.int().positive(),
  truth_interval_s: z.int().positive(),
  sensor_faults: z.number().min(0).max(1),
  latitude: z.number(),
  longitude: z.number(),
  time_zone: z.string(),
})
export type RunPlan = z.infer<typeof RunPlan>

const Written = z.strictObject({ lines: z.int(), bytes: z.int() })

/** What stands in `run.json`: how far the files beside it are whole. */
const RunState = z.strictObject({
  plan: RunPlan,
  /** `running` is also what a run leaves that was killed. */
  state: z.enum(['running', 'stopped', 'complete']),
  /** Everything before this instant is in the files, in so many lines and bytes. */
  until: z.iso.datetime(),
  readings: Written,
  truth: Written,
})
export type RunState = z.infer<typeof RunState>

export async function writeRunState(folder: string, state: RunState): Promise<void> {
  await writeFileDurably(join(folder, STATE_FILE), `${JSON.stringify(state, null, 2)}\n`)
}

/** @throws {UsageError} when no run has been there, or what it left can't be read */
export async function readRunState(folder: string): Promise<RunState> {
  const path = join(folder, STATE_FILE)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    const why = `${path} can't be read: no simulation can be gone on with there; begin one with --from and --to.`
    throw new UsageError(why, { cause })
  }
  const parsed = RunState.safeParse(parsedJson(text))
  if (parsed.success) return parsed.data
  throw new UsageError(
    `${path} is no state of a simulation (${parsed.error.issues[0]?.path.join('.') ?? ''}); begin anew with --from, --to and --overwrite.`,
  )
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
