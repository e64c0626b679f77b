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
