import type { z } from 'zod'
import { fetchJson } from './client.ts'

/** More pages than a list on this page can want; ends a server that goes round in circles. */
const MAX_PAGES = 50

interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/** All items of a list, page by page. */
export async function fetchAll<T>(
  path: string,
  schema: z.ZodType<Page<T>>,
  signal: AbortSignal,
): Promise<T[]> {
  const items: T[] = []
  let next: string | null = path
  for (let pages = 0; next !== null && pages < MAX_PAGES; pages++) {
    const answer: Page<T> = await fetchJson(next, schema, signal)
    items.push(...answer.items)
    next = answer.next
  }
  return items
}
