import type { Readable } from 'node:stream'

export interface LineLimits {
  /** What all lines together may have, in bytes; and one of them. */
  readonly total: number
  readonly line: number
  /** Makes the error for more. */
  readonly tooLarge: () => Error
}

/**
 * The lines of an answer, ended by LF and nothing else: node:readline also ends them at U+2028 and U+2029, which stand
 * unescaped in JSON and in SQL.
 */
export async function* linesOf(answer: Readable, limits?: LineLimits): AsyncGenerator<string> {
  let total = 0
  let held = 0
  let rest: Buffer[] = []
  for await (const part of answer) {
    const chunk = part as Buffer
    total += chunk.length
    if (limits !== undefined && total > limits.total) throw limits.tooLarge()
    let start = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...rest, chunk.subarray(start, end)]).toString()
      rest = []
      held = 0
      start = end + 1
    }
    if (start === chunk.length) continue
    rest.push(chunk.subarray(start))
    held += chunk.length - start
    if (limits !== undefined && held > limits.line) throw limits.tooLarge()
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString()
}
