import { readFileSync } from 'node:fs'

/** What the reporter counted in a project of Vitest. */
export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Why tests were skipped. */
  readonly reasons: readonly string[]
  /** Which tests failed, each with the first line of its error. */
  readonly failures: readonly string[]
  /** Which tests passed only at a second try, each with the first line of what failed before. */
  readonly retried: readonly string[]
}

/** @returns counts of nothing where the reporter wrote none */
export function countsFrom(file: string): Counts {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Counts
  } catch {
    return { passed: 0, failed: 0, skipped: 0, reasons: [], failures: [], retried: [] }
  }
}
