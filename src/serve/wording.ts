import type { z } from 'zod'

/** What a value is missing, where its schema has no words of its own; undefined leaves them to the schema's library. */
export function wordsOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing'
      return issue.expected === 'string' ? 'wants one text' : `wants one ${issue.expected}`
    case 'too_small':
      return issue.origin === 'string' ? `wants at least ${issue.minimum} character(s)` : undefined
    case 'too_big':
      return issue.origin === 'string'
        ? `wants at most ${issue.maximum} characters`
        : issue.origin === 'array'
          ? `wants at most ${issue.maximum} of them`
          : undefined
    case 'unrecognized_keys':
      return `does not know ${issue.keys.join(', ')}`
    default:
      return undefined
  }
}
