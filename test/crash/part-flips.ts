import { readdir, readFile, realpath, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { between, pick, sample } from '../random.ts'
import type { Random } from '../random.ts'

/** Ways a disk loses bytes of a file. */
const MANNERS = ['flip', 'flip', 'flip', 'cut', 'empty', 'remove'] as const

/** The folder of a table's parts, and their names. */
export async function partsOf(
  dataFolder: string,
  table: string,
): Promise<{ folder: string; parts: string[] }> {
  const folder = await realpath(join(dataFolder, 'lake', 'data', ...table.split('.')))
  const parts = (await readdir(folder)).filter(name => /^[^_].*_\d+_\d+_\d+(_\d+)?$/.test(name))
  return { folder, parts }
}

/**
 * Flips a byte of one file in some parts, or cuts, empties or removes the file.
 * @returns what was done, in words
 */
export async function flipParts(
  dataFolder: string,
  random: Random,
  tables: readonly string[],
): Promise<string> {
  const words: string[] = []
  for (const table of sample(random, tables, between(random, 1, 4))) {
    const { folder, parts } = await partsOf(dataFolder, table)
    for (const part of sample(random, parts, between(random, 1, 3))) {
      const file = pick(random, (await readdir(join(folder, part))).sort())
      const manner = pick(random, MANNERS)
      await harm(join(folder, part, file), manner, random)
      words.push(`${manner} ${table} ${file}`)
    }
  }
  return words.join(', ')
}

async function harm(path: string, manner: (typeof MANNERS)[number], random: Random): Promise<void> {
  if (manner === 'remove') return rm(path)
  const bytes = await readFile(path)
  if (manner !== 'flip') return truncate(path, manner === 'cut' ? Math.floor(random() * bytes.length) : 0)
  if (bytes.length === 0) return
  const at = between(random, 0, bytes.length - 1)
  bytes[at] = (bytes[at] ?? 0) ^ (1 << between(random, 0, 7))
  return writeFile(path, bytes)
}
