import { readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileDurably } from '../../core/disk/write-file-durably.ts'
import { checkpointText, NO_CHECKPOINT, readCheckpoint, streamFloorsOf } from '../once/checkpoint.ts'

/** Where a lake and what belongs to it are. */
export interface LakePlace {
  readonly folder: string
  readonly checkpointPath: string
}

/** Written before a lake is set aside, and removed once a new one has been opened: a start that was killed in between goes on from there. */
const Plan = z.strictObject({
  version: z.literal(1),
  /** aside: the old lake may still have to be moved. making: it is moved, `lake/` is a new one and holds nothing but what the log has. */
  phase: z.enum(['aside', 'making']),
  at: z.iso.datetime(),
  /** Name of the old lake's folder. */
  setAside: z.string(),
  reason: z.string(),
  /** How often the new lake was begun. */
  begun: z.number().int(),
})
export type Plan = z.infer<typeof Plan>

const PLAN_FILE = 'lake-anew.json'
const WHY_FILE = 'why.json'
const PREFIX = 'lake.damaged-'

export const lakeDir = ({ folder }: LakePlace): string => join(folder, 'lake')
const planPath = ({ folder }: LakePlace): string => join(folder, PLAN_FILE)

/** What is being made anew; null when nothing is. */
export async function readPlan(place: LakePlace): Promise<Plan | null> {
  try {
    return Plan.parse(JSON.parse(await readFile(planPath(place), 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Under which name a lake is kept that is set aside now. */
export function asideName(now: Date): string {
  return `${PREFIX}${now.toISOString().replaceAll(/[-:]/g, '').replace(/\.\d+/, '')}`
}

/** Moves the lake away, never to be deleted by this program, and begins a new one. */
export async function setAside(place: LakePlace, reason: string, name: string, now: Date): Promise<Plan> {
  const plan: Plan = {
    version: 1,
    phase: 'aside',
    at: now.toISOString(),
    setAside: name,
    reason,
    begun: 1,
  }
  await writePlan(place, plan)
  return finish(place, plan)
}

/** Goes on with what a killed start left: the old lake is moved, the checkpoint begun anew. @returns the plan, if there is one */
export async function resume(place: LakePlace): Promise<Plan | null> {
  const plan = await readPlan(place)
  return plan?.phase === 'aside' ? finish(place, plan) : plan
}

/** Throws a new lake away that can't be opened either: it held nothing but what the log has. */
export async function beginAgain(place: LakePlace, plan: Plan): Promise<void> {
  await writePlan(place, { ...plan, begun: plan.begun + 1 })
  await rm(lakeDir(place), { recursive: true, force: true })
  await emptyCheckpoint(place)
}

/** The new lake was opened. */
export async function made(place: LakePlace): Promise<void> {
  await rm(planPath(place), { force: true })
}

/** Each step may have been done before. */
async function finish(place: LakePlace, plan: Plan): Promise<Plan> {
  const target = join(place.folder, plan.setAside)
  if (!(await exists(target)) && (await exists(lakeDir(place)))) await rename(lakeDir(place), target)
  if (await isFolder(target)) {
    await keepCheckpoint(place, join(target, 'checkpoint.json'))
    const { at, reason } = plan
    await writeFileDurably(join(target, WHY_FILE), JSON.stringify({ at, reason }), 0o600)
  }
  await emptyCheckpoint(place)
  const making: Plan = { ...plan, phase: 'making' }
  await writePlan(place, making)
  return making
}

/** Once: the second time the checkpoint would be the new lake's. */
async function keepCheckpoint({ checkpointPath }: LakePlace, path: string): Promise<void> {
  if ((await exists(path)) || !(await exists(checkpointPath))) return
  await writeFileDurably(path, await readFile(checkpointPath), 0o600)
}

/** The log is read from its beginning again; what retention dropped stays dropped. */
async function emptyCheckpoint({ checkpointPath }: LakePlace): Promise<void> {
  const { silverFloorMs, ...before } = await readCheckpoint(checkpointPath).catch(() => NO_CHECKPOINT)
  const streams = Object.fromEntries(
    [...streamFloorsOf({ ...NO_CHECKPOINT, ...before })].map(([name, floorMs]) => [
      name,
      { records: 0, refused: 0, floorMs },
    ]),
  )
  const empty = { ...NO_CHECKPOINT, silverFloorMs, streams }
  await writeFileDurably(checkpointPath, checkpointText(empty), 0o600)
}

function writePlan(place: LakePlace, plan: Plan): Promise<void> {
  return writeFileDurably(planPath(place), JSON.stringify(plan), 0o600)
}

/** Lakes that were set aside and are still there. */
export interface SetAside {
  readonly name: string
  readonly at: string | null
  readonly reason: string | null
}

const Why = z.object({ at: z.string(), reason: z.string() })

/** Whether a name in a data folder is that of a lake that was set aside. */
export function isSetAside(name: string): boolean {
  return name.startsWith(PREFIX)
}

export async function listSetAside(folder: string): Promise<SetAside[]> {
  const names = (await readdir(folder)).filter(isSetAside).sort()
  return Promise.all(
    names.map(async name => {
      const text = await readFile(join(folder, name, WHY_FILE), 'utf8').catch(() => '')
      const why = Why.safeParse(text === '' ? null : JSON.parse(text))
      return { name, at: why.data?.at ?? null, reason: why.data?.reason ?? null }
    }),
  )
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await exists(path)) && (await stat(path)).isDirectory()
}
