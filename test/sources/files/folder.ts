import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Feed, FeedBatch } from '../../../src/sources/files/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'arterial-files-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

export const fixtures = join(import.meta.dirname, 'fixtures')

export function fileWith(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

export async function allBatches(feed: Feed, options?: Parameters<Feed['batches']>[0]): Promise<FeedBatch[]> {
  const batches: FeedBatch[] = []
  for await (const batch of feed.batches(options)) batches.push(batch)
  return batches
}

export function linesOf(batches: readonly FeedBatch[]): string[] {
  return batches.flatMap(batch => batch.lines.toString().trimEnd().split('\n'))
}

export async function allRecords(feed: Feed): Promise<Record<string, unknown>[]> {
  return linesOf(await allBatches(feed)).map(line => JSON.parse(line) as Record<string, unknown>)
}
