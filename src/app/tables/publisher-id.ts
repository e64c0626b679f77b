import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DataFolderError } from '../../core/errors.ts'
import { writeFileDurably } from '../../core/disk/write-file-durably.ts'

const FILE = 'tables-publisher'

/** Who this data folder is to tables that others read: the same for as long as the folder is there. The caller holds its lock. */
export async function publisherId(folder: string): Promise<string> {
  const path = join(folder, FILE)
  const there = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  })
  if (there !== null) {
    const id = there.trim()
    if (/^[\w-]{1,64}$/.test(id)) return id
    throw new DataFolderError(
      `${path} is damaged. It says who published the tables: take its line from userMetadata of their newest commit, or remove it and publish every table anew with 'arterial tables rebuild --all'`,
    )
  }
  const id = randomUUID()
  await writeFileDurably(path, `${id}\n`, 0o600)
  return id
}
