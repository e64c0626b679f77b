import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startEmbeddedEngine } from '../engine/index.ts'
import type { Engine } from '../engine/index.ts'
import { migrate } from '../migrations/index.ts'

/**
 * Opens a new, empty lake in a folder of its own beside the data, with the same program and memory, and removes it again.
 * @returns what kept it from opening; null when it opened
 */
export async function probeNewLake(folder: string, maxMemoryBytes: number): Promise<string | null> {
  const dir = join(folder, 'lake-probe')
  let engine: Engine | null = null
  try {
    await rm(dir, { recursive: true, force: true })
    engine = await startEmbeddedEngine({ dir, maxMemoryBytes })
    await migrate(engine, join(dir, 'log'))
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    await engine?.stop()
    await rm(dir, { recursive: true, force: true })
  }
}
