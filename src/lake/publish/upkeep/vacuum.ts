import type { DeltaStore } from '../../delta/index.ts'
import { LOG } from '../../delta/index.ts'
import type { Publication } from '../publication.ts'
import { KEEP_MS } from '../publication.ts'

/** Our files tell when they were made. */
const OWN = /(?:^|\/)part-(\d{13})-[\w-]+\.zstd\.parquet$/

/**
 * Removes files that no version of the last days has: replaced ones, and those that no commit ever named. Files of others that the log
 * does not know stay.
 * @returns how many
 */
export async function vacuum(
  publication: Publication,
  store: Pick<DeltaStore, 'list' | 'remove'>,
  nowMs: number,
  signal: AbortSignal,
): Promise<number> {
  await publication.refresh()
  const { files, removed } = publication
  let gone = 0
  for (const path of await pathsBelow(store, publication.table.path, '')) {
    signal.throwIfAborted()
    if (files.has(path)) continue
    const madeMs = Number(OWN.exec(path)?.[1] ?? Infinity)
    const outMs = removed.get(path)?.deletionTimestamp ?? madeMs
    if (outMs >= nowMs - KEEP_MS) continue
    await store.remove(`${publication.table.path}/${path}`)
    gone++
  }
  return gone
}

async function pathsBelow(store: Pick<DeltaStore, 'list'>, root: string, folder: string): Promise<string[]> {
  const names = await store.list(`${root}${folder === '' ? '' : `/${folder}`}`)
  const found: string[] = []
  for (const name of names) {
    const path = folder === '' ? name : `${folder}/${name}`
    if (name === LOG) continue
    // A partition's folder.
    if (name.includes('=') && !name.endsWith('.parquet')) found.push(...(await pathsBelow(store, root, path)))
    else found.push(path)
  }
  return found
}
