import { FeedError } from '../../core/feed-error.ts'
import { CsvSplitter } from '../../core/text/csv.ts'

/** A row of a table, by the names of its header in lower case; empty where it has no such column. */
export type CellsOf = (...names: readonly string[]) => string

/**
 * The rows of a CSV text with a header; of several names the first that is there counts.
 * @throws {FeedError} when it has no header, or none of the names of something it must have
 */
export function csvRows(csv: string, needs: readonly (readonly string[])[]): CellsOf[] {
  const splitter = new CsvSplitter()
  const [header, ...rows] = [...splitter.push(csv), ...splitter.end()]
  if (header === undefined) throw new FeedError('is empty; it begins with a header line')
  const at = new Map(header.map((name, i) => [name.trim().toLowerCase(), i]))
  const absent = needs.filter(names => !names.some(name => at.has(name)))
  if (absent.length > 0)
    throw new FeedError(
      `has no column ${absent.map(names => names.join(' or ')).join(', and none ')}; it has ${header.join(', ')}`,
    )
  return rows.map(cells => (...names) => {
    const position = names.map(name => at.get(name)).find(one => one !== undefined)
    return position === undefined ? '' : (cells[position] ?? '').trim()
  })
}
