import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StorageError } from '../../storage/index.ts'
import type { ObjectStore } from '../../storage/index.ts'
import type { NamedLocation } from './locations.ts'

const STEPS = ['there', 'list', 'write', 'read', 'put once', 'parts', 'delete'] as const
export type StepName = (typeof STEPS)[number]

export interface CheckStep {
  readonly step: StepName
  /** `made`: it was missing, and is there now; `left out`: one before it failed. */
  readonly outcome: 'ok' | 'made' | 'failed' | 'left out'
  /** One sentence, with what to do; null where nothing is wrong. */
  readonly problem: string | null
}

/** S3 takes no smaller part than this, byte; with one byte more there are two. */
const PART_BYTES = 5 * 1_048_576
const FOLDER = 'arterial-storage-check'

/** What is tried; what it throws is the problem. */
type Trial = () => Promise<'ok' | 'made'>

/**
 * Tries all that the program wants of a place, with objects of its own, which it takes away again.
 * @param create makes the bucket, container or folder where it is missing
 */
export async function checkStore({ store, prefix }: NamedLocation, create: boolean): Promise<CheckStep[]> {
  const folder = `${prefix}${FOLDER}/${randomBytes(6).toString('hex')}`
  const trials = trialsOf(store, folder, create)
  const done: CheckStep[] = []
  for (const step of STEPS) {
    const before = done.find(({ outcome }) => outcome === 'failed')
    if (before !== undefined) {
      done.push({ step, outcome: 'left out', problem: null })
      continue
    }
    try {
      done.push({ step, outcome: await trials[step](), problem: null })
    } catch (error) {
      done.push({ step, outcome: 'failed', problem: problemOf(error, step, store.where) })
    }
  }
  if (done.some(({ outcome }) => outcome === 'failed')) await takeAway(store, folder)
  return done
}

function trialsOf(store: ObjectStore, folder: string, create: boolean): Record<StepName, Trial> {
  const [one, once, large] = [`${folder}/one`, `${folder}/once`, `${folder}/large`]
  const bytes = randomBytes(1_000)
  return {
    there: async () => {
      if (await store.isThere()) return 'ok'
      if (!create) throw new Wrong('is not there; --create makes it')
      await store.make()
      return 'made'
    },
    list: async () => {
      await store.objects(folder)
      return 'ok'
    },
    write: async () => {
      await store.put(one, bytes)
      return 'ok'
    },
    read: async () => {
      if (!(await store.get(one))?.equals(bytes)) throw new Wrong('does not give back what was written')
      if (!(await store.range(one, 10, 20))?.equals(bytes.subarray(10, 30)))
        throw new Wrong('does not give back the part of an object that is asked for')
      const names = await store.list(folder)
      if (names.join() !== 'one') throw new Wrong(`lists ${names.join(', ') || 'nothing'} where one is`)
      return 'ok'
    },
    'put once': async () => {
      if (!(await store.putIfAbsent(once, bytes))) throw new Wrong('holds an object that nobody put')
      if (await store.putIfAbsent(once, randomBytes(1_000)))
        throw new Wrong(
          'puts an object again that is there already (If-None-Match is not heeded): tables kept there would lose rows',
        )
      if (!(await store.get(once))?.equals(bytes)) throw new Wrong('changed an object that it refused to put')
      return 'ok'
    },
    parts: async () => {
      await putLarge(store, large)
      return 'ok'
    },
    delete: async () => {
      for (const key of [one, once, large]) await store.remove(key)
      const left = await store.list(folder)
      if (left.length > 0) throw new Wrong(`still lists ${left.join(', ')} after it was deleted`)
      return 'ok'
    },
  }
}

async function putLarge(store: ObjectStore, key: string): Promise<void> {
  const local = await mkdtemp(join(tmpdir(), `${FOLDER}-`))
  try {
    const bytes = randomBytes(PART_BYTES + 1)
    await writeFile(join(local, 'large'), bytes)
    await store.putFile(key, join(local, 'large'), { partBytes: PART_BYTES })
    const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex')
    const there = await store.get(key)
    if (there === null || sha256(there) !== sha256(bytes))
      throw new Wrong('does not give back what was written in parts')
  } finally {
    await rm(local, { recursive: true, force: true })
  }
}

/** It answers, but not as it should. */
class Wrong extends Error {}

/** Where nothing can be written, nothing can be taken away either; that was told already. */
async function takeAway(store: ObjectStore, folder: string): Promise<void> {
  try {
    for (const name of await store.list(folder)) await store.remove(`${folder}/${name}`)
  } catch (error) {
    if (!(error instanceof StorageError) && !(error instanceof Error && 'code' in error)) throw error
  }
}

const WRITES: ReadonlySet<StepName> = new Set(['write', 'put once', 'parts'])

function problemOf(error: unknown, step: StepName, where: string): string {
  if (error instanceof Wrong) return `${where} ${error.message}`
  if (error instanceof StorageError) {
    if (error.fault !== 'denied') return error.message
    if (WRITES.has(step))
      return `${where} may be read but not written: this key needs the right to write there`
    if (step === 'delete')
      return `${where} may be written, but nothing may be deleted there: give this key that right`
    return error.message
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : null
  if (code === null) throw error
  if (code === 'EROFS' || ((code === 'EACCES' || code === 'EPERM') && WRITES.has(step)))
    return `${where} may be read but not written (${code}): give the user that runs this the right to write there`
  if (code === 'EACCES' || code === 'EPERM')
    return `${where} may not be read (${code}): give the user that runs this the right to`
  if (code === 'ENOSPC' || code === 'EDQUOT') return `${where} is on a disk that is full (${code})`
  return `${where}: ${error instanceof Error ? error.message : code}`
}
