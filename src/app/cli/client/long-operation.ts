import type { z } from 'zod'
import { RefusedError, UnreachableError } from './index.ts'
import type { Client } from './index.ts'
import { ProblemDocument } from '../../../serve/contract/page.ts'
import { progress } from '../progress.ts'
import type { Shell } from '../shell.ts'

/**
 * Runs an administrator's operation that reports its progress line by line, and shows it.
 * @returns its result
 * @throws {RefusedError} when it fails
 */
export async function longOperation<T>(
  shell: Shell,
  client: Client,
  path: string,
  name: string,
  schema: z.ZodType<T>,
): Promise<T> {
  const bar = progress(shell.stderr)
  for await (const line of client.lines('POST', path, { signal: shell.signal })) {
    const { progress: share, message, result, error } = line as Record<string, unknown>
    if (error !== undefined) throw new RefusedError(ProblemDocument.parse(error), null)
    if (result !== undefined) {
      bar.end(`${name}: done`)
      return schema.parse(result)
    }
    bar.update(typeof share === 'number' ? share : null, typeof message === 'string' ? message : name)
  }
  throw new UnreachableError(`The server ended ${name} without a result; its log says why.`)
}
