import type { Readable } from 'node:stream'

/**
 * The lines of an answer, ended by LF and nothing else: node:readline also ends them at U+2028 and U+2029, which stand
 * unescaped in a text of the statement or its answer.
 *
 * @param maxBytes what the answer may have; `tooLarge` makes the error for more
 */
export async function* linesOf(
  answer: Readable,
  maxBytes: number,
  tooLarge: () => Error,
): AsyncGenerator<string> {
  let bytes = 0
  let rest: Buffer[] = []
  for await (const part of answer) {
    const chunk = part as Buffer
    bytes += chunk.length
    if (bytes > maxBytes) throw tooLarge()
    let start = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...rest, chunk.subarray(start, end)]).toString()
      rest = []
      start = end + 1
    }
    if (start < chunk.length) rest.push(chunk.subarray(start))
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString()
}
