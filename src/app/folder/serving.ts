import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ShutdownSteps } from '../shutdown-steps.ts'

/** Says in the folder, while the server listens, which city it is and where: commands name it before they talk to it. */
export async function noteServing(
  folder: string,
  serving: { readonly city: string; readonly url: string },
  undo: ShutdownSteps,
): Promise<void> {
  const path = join(folder, 'serving.json')
  await writeFile(path, JSON.stringify(serving), { mode: 0o600 })
  undo.push(() => rm(path, { force: true }))
}
