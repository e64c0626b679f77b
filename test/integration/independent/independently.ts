import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pythonWith } from '../../python.ts'

/** What can compute the same with the libraries that others use; null where it is missing. */
export const python = pythonWith(['esda', 'libpysal', 'sklearn', 'statsmodels'])

/** The answers of `check.py`. */
export function independently(ask: object): unknown {
  const done = spawnSync(python ?? 'python3', [join(import.meta.dirname, 'check.py')], {
    input: JSON.stringify(ask),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (done.status !== 0) throw new Error(done.stderr)
  return JSON.parse(done.stdout)
}
