import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { inspect } from 'node:util'

/** A value that must never reach a log, a page or a terminal: whatever prints it shows `***`. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The value itself; call it only where it is sent. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '***'
  }

  toJSON(): string {
    return '***'
  }

  [inspect.custom](): string {
    return '***'
  }
}

/** What stands in place of a secret that can't be had, with the reason (never the value). */
export interface SecretProblem {
  readonly problem: string
}

/**
 * Resolves `${env:NAME}` or `${file:path}`; a relative path counts from `folder`, one trailing newline of the file is cut.
 * Returns null when `text` is no reference.
 */
export function resolveReference(
  text: string,
  env: NodeJS.ProcessEnv,
  folder: string,
): Secret | SecretProblem | null {
  const match = /^\$\{(env|file):([^}]+)\}$/.exec(text.trim())
  if (!match) return null
  const name = match[2] ?? ''
  if (match[1] === 'env') {
    const value = env[name]
    return value ? new Secret(value) : { problem: `the environment variable ${name} is not set` }
  }
  return readSecretFile(resolve(folder, name))
}

function readSecretFile(path: string): Secret | SecretProblem {
  try {
    const value = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
    return value === '' ? { problem: `the file ${path} is empty` } : new Secret(value)
  } catch (error) {
    return { problem: `the file ${path} can't be read (${(error as NodeJS.ErrnoException).code ?? 'error'})` }
  }
}

/** The value with every text in it that is a reference replaced by its secret; what can't be had is told, and is empty. */
export function resolveInside(
  value: unknown,
  resolve: (text: string) => Secret | SecretProblem | null,
  onProblem: (path: readonly string[], problem: string) => void,
  path: readonly string[] = [],
): unknown {
  if (typeof value === 'string') {
    const found = resolve(value)
    if (found === null || found instanceof Secret) return found ?? value
    onProblem(path, found.problem)
    return new Secret('')
  }
  const inside = (one: unknown, key: string | number) =>
    resolveInside(one, resolve, onProblem, [...path, String(key)])
  if (Array.isArray(value)) return value.map(inside)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inside(one, key)]))
}
