import { CsvSplitter } from '../../../core/text/csv.ts'

/**
 * All records of a CSV text, the header first. A file from a spreadsheet with decimal commas is separated by semicolons.
 * @throws {FeedError} when a quote is never closed
 */
export function csvRecords(text: string): string[][] {
  const header = text.slice(0, text.search(/[\r\n]|$/))
  const splitter = new CsvSplitter(!header.includes(',') && header.includes(';') ? ';' : ',')
  return [...splitter.push(text), ...splitter.end()]
}
