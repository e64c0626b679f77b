import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pick, sample } from '../../random.ts'
import type { Random } from '../../random.ts'

const KINDS = ['flip', 'flip', 'cut', 'remove'] as const

/** Does one to three things to files of the log and of what remembers about it. @returns in words */
export async function strikeLog(dataFolder: string, random: Random): Promise<string[]> {
  const logDir = join(dataFolder, 'segments')
  const names = await readdir(logDir)
  const segments = names.filter(name => name.endsWith('.ndjson.zst')).sort()
  const files = [
    ...sample(random, segments, 2),
    // The end of the log is where most can go wrong.
    segments.at(-1),
    ...sample(
      random,
      names.filter(name => name.includes('.frames.')),
      1,
    ),
    pick(random, ['positions.json', 'losses.json', '../losses.json']),
    pick(random, ['../checkpoint.json', '../lake/checkpoint.copy.json']),
  ].filter(name => name !== undefined)
  const words: string[] = []
  for (const name of new Set(sample(random, files, pick(random, [1, 2, 3])))) {
    const blow = await strike(join(logDir, name), pick(random, KINDS), random)
    if (blow !== null) words.push(`${blow} ${name.replace(/^0+(?=\d)/, '')}`)
  }
  return words
}

async function strike(path: string, kind: (typeof KINDS)[number], random: Random): Promise<string | null> {
  const size = await stat(path).then(
    ({ size: bytes }) => bytes,
    () => 0,
  )
  if (size === 0) return null
  const at = Math.floor(random() * size)
  if (kind === 'remove') await rm(path)
  else if (kind === 'cut') await truncate(path, at)
  else {
    const bytes = await readFile(path)
    bytes[at] = (bytes[at] ?? 0) ^ (1 + (at % 255))
    await writeFile(path, bytes)
  }
  return kind === 'remove' ? 'removed' : `${kind} at ${at} of`
}
