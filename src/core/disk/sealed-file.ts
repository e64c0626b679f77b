import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { z } from 'zod'
import { seal, unseal } from './sealed-json.ts'
import { writeFileDurably } from './write-file-durably.ts'

const OWNER_ONLY = 0o600
const OWNER_ONLY_FOLDER = 0o700

/**
 * What a file remembers.
 * @returns null where it is missing, torn, damaged or of another kind
 * @throws where it is there and may not be read
 */
export async function readSealed<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    const { value, sealed } = unseal(await readFile(path, 'utf8'))
    return sealed ? (schema.safeParse(value).data ?? null) : null
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (!isMissing && !(error instanceof SyntaxError)) throw error
    return null
  }
}

/** Durable once it resolves; its folder is made where there is none. */
export async function writeSealed(path: string, value: object): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: OWNER_ONLY_FOLDER })
  await writeFileDurably(path, seal(value), OWNER_ONLY)
}
