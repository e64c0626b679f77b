import { z } from 'zod'
import { seal, unseal } from '../../core/disk/sealed-json.ts'
import { DataFolderError } from '../../core/errors.ts'
import { Positions } from '../../log/segments/index.ts'
import type { ObjectStore } from '../../storage/index.ts'

/** One file of the data folder as it was. */
const KeptFile = z.object({
  /** Below the data folder, `/` between folders. */
  path: z.string().min(1),
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** What the next backup knows an unchanged file by. */
  mark: z.string(),
})
export type KeptFile = z.infer<typeof KeptFile>

/** What one backup holds; all files together are a data folder without its lake, which a start makes anew from the log. */
const Manifest = z.object({
  format: z.literal(1),
  /** Of the program that made it. */
  version: z.string(),
  made_at: z.iso.datetime(),
  log: z.object({
    /** Position after the last record. */
    end: z.int().nonnegative(),
    positions: Positions.nullable(),
    bases: z.array(z.int().nonnegative()),
  }),
  files: z.array(KeptFile),
})
export type Manifest = z.infer<typeof Manifest>

const MANIFESTS = 'backups'
const NAME = /^(\d{8}T\d{6}Z)\.json$/

/** `2026-11-28T06:12:13.456Z` → `20261128T061213Z`: in the order of time. */
export function backupName(atMs: number): string {
  return new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, '')
}

/** The same back, ms since 1970 UTC. */
export function backupTime(name: string): number {
  return Date.parse(name.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6Z'))
}

/** The backups of one city, oldest first. @param city `city` or `demo`, as its data folder is called */
export async function backupNames(store: ObjectStore, city: string): Promise<readonly string[]> {
  const names = await store.list(`${city}/${MANIFESTS}`)
  return names.flatMap(name => NAME.exec(name)?.[1] ?? []).sort()
}

/** @throws {DataFolderError} when there is none of that name, or it is damaged */
export async function readManifest(store: ObjectStore, city: string, name: string): Promise<Manifest> {
  const bytes = await store.get(manifestKey(city, name))
  if (bytes === null)
    throw new DataFolderError(
      `${store.where} has no backup ${name} of ${city}; \`backup list\` shows which there are.`,
    )
  try {
    return Manifest.parse(unseal(bytes.toString()).value)
  } catch (cause) {
    throw new DataFolderError(
      `The list of files of backup ${name} in ${store.where} is damaged, or of a newer program; take another one (\`backup list\`).`,
      { cause },
    )
  }
}

/** Its files are there already: from then on it is a backup. @returns false when there is one of that name */
export function putManifest(
  store: ObjectStore,
  city: string,
  name: string,
  manifest: Manifest,
): Promise<boolean> {
  return store.putIfAbsent(manifestKey(city, name), Buffer.from(seal(manifest)))
}

export function removeManifest(store: ObjectStore, city: string, name: string): Promise<void> {
  return store.remove(manifestKey(city, name))
}

/** Where a file's bytes are: those of one content are there once, whatever files have it. */
export function contentKey(city: string, sha256: string): string {
  return `${city}/files/${sha256.slice(0, 2)}/${sha256}`
}

function manifestKey(city: string, name: string): string {
  return `${city}/${MANIFESTS}/${name}.json`
}
