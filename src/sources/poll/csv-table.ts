import { CsvSplitter } from '../../core/text/csv.ts'
import { FeedError } from '../../core/feed-error.ts'

export interface CsvTable {
  readonly names: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** @throws {FeedError} when it has no header, or is not UTF-8 */
export function parseCsvBody(body: Buffer, separator = ','): CsvTable {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch (cause) {
    throw new FeedError('the answer is not UTF-8; ask the provider for UTF-8', { cause })
  }
  const splitter = new CsvSplitter(separator)
  const [header, ...rows] = [...splitter.push(text), ...splitter.end()]
  if (header === undefined) throw new FeedError('the answer is empty; CSV begins with a header line')
  return { names: header.map(name => name.trim()), rows }
}

/**
 * Reads cells by the header's names.
 * @throws {FeedError} when a column is not there
 */
export function columnReader(
  names: readonly string[],
  wanted: readonly string[],
): (row: readonly string[], name: string) => string | null {
  const absent = wanted.filter(name => !names.includes(name))
  if (absent.length > 0) {
    throw new FeedError(
      `the answer has no column ${absent.map(name => `"${name}"`).join(', ')}; it has ${names.join(', ')}`,
    )
  }
  const at = new Map(names.map((name, i) => [name, i]))
  return (row, name) => {
    const cell = row[at.get(name) ?? -1]?.trim()
    return cell === undefined || cell === '' ? null : cell
  }
}
