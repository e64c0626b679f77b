import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { ApiError } from './client.ts'
import { fetchAll } from './paging.ts'

/** Columns of a stream's list. What may be absent may be left out too, and a column that this page does not know is passed over. */
export const maybeText = z
  .string()
  .nullish()
  .transform(value => value ?? null)
export const maybeNumber = z.coerce
  .number()
  .nullish()
  .transform(value => value ?? null)
export const maybeFlag = z
  .boolean()
  .nullish()
  .transform(value => value ?? null)
export const instant = z.iso.datetime({ offset: true }).transform(text => Date.parse(text))
export const maybeInstant = instant.nullish().transform(value => value ?? null)
export const texts = z
  .array(z.string())
  .nullish()
  .transform(value => value ?? [])
/** Kept as JSON text by the lake; null where it is none. */
export const maybeJson = z
  .unknown()
  .optional()
  .transform(value => (typeof value === 'string' ? parsed(value) : (value ?? null)))

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A page of rows of any shape; each is parsed by itself. */
export function rowsOf<T>(row: z.ZodType<T>) {
  return z.object({ items: z.array(row), next: z.string().nullable() })
}

/** All items of a list; null where this server has no such list, so that what would show it hides. */
export async function fetchRows<T>(
  path: string,
  row: z.ZodType<T>,
  signal: AbortSignal,
): Promise<T[] | null> {
  try {
    return await fetchAll(path, rowsOf(row), signal)
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null
    throw error
  }
}

/** A list that is asked for again each minute, while there is one. */
export function rowsQuery<T>(
  path: string,
  row: z.ZodType<T>,
  everyMs = 60_000,
  topics: readonly string[] = [],
) {
  return queryOptions({
    queryKey: ['rows', path, ...topics],
    queryFn: ({ signal }) => fetchRows(path, row, signal),
    staleTime: everyMs / 2,
    refetchInterval: query => (query.state.data === null ? false : everyMs),
  })
}
