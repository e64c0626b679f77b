import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describeMistake } from '../../core/config/index.ts'
import type { Config, Mistake } from '../../core/config/index.ts'
import { ConfigError } from '../../core/errors.ts'
import { readPipeline } from './declaration.ts'
import type { Declared } from './declaration.ts'

/**
 * The pipelines that the settings name, in the order of their paths.
 * @param jobs names of all jobs beside pipelines
 * @throws {ConfigError} with everything that is wrong with them, each with its file, line and remedy
 */
export function pipelinesOf(
  { jobs: { pipelines }, city }: Pick<Config, 'jobs' | 'city'>,
  jobs: readonly string[],
): readonly Declared[] {
  const mistakes: Mistake[] = []
  const found: Declared[] = []
  for (const path of pipelines.flatMap(one => filesAt(one, mistakes))) {
    const read = readPipeline(path, { zone: city.timeZone, jobs })
    if ('steps' in read) found.push(read)
    else mistakes.push(...read)
  }
  mistakes.push(...nameMistakes(found, jobs))
  if (mistakes.length === 0) return found
  const count =
    mistakes.length === 1 ? 'A pipeline has a mistake' : `Pipelines have ${mistakes.length} mistakes`
  throw new ConfigError(`${count}:\n${mistakes.map(describeMistake).join('\n')}`)
}

/** A file is itself; of a folder all that end in .yaml or .yml. */
function filesAt(path: string, mistakes: Mistake[]): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path]
    return readdirSync(path)
      .filter(file => /\.ya?ml$/.test(file))
      .sort()
      .map(file => join(path, file))
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error)
    const message = `"${path}" can't be read (${reason}); allowed: a file or a folder that this user may read`
    mistakes.push({ path: 'jobs.pipelines', message, where: 'the settings' })
    return []
  }
}

function nameMistakes(found: readonly Declared[], jobs: readonly string[]): Mistake[] {
  return found.flatMap(({ name, path }, i) => {
    const other = found.findIndex(one => one.name === name)
    const whose = jobs.includes(name)
      ? 'a job'
      : other < i
        ? `the pipeline of ${found[other]?.path ?? ''}`
        : null
    if (whose === null) return []
    const message = `"${name}" is the name of ${whose} already; allowed: a file of another name`
    return [{ path: 'name', message, where: basename(path) }]
  })
}
