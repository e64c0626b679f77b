import { stripVTControlCharacters, styleText } from 'node:util'
import { printableLine, printableLines } from '../../core/text/printable.ts'
import type { Terminal } from './shell.ts'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** The text in a style, on a terminal that wants colours (NO_COLOR is heeded); else as it is. */
export function paint(terminal: Terminal, style: Style, text: string, env: NodeJS.ProcessEnv): string {
  if (!terminal.isTTY || env['NO_COLOR'] || env['TERM'] === 'dumb') return text
  return styleText(style, text, { validateStream: false })
}

export interface Column<Row> {
  readonly title: string
  readonly value: (row: Row) => string | number | boolean | null | undefined
  readonly align?: 'right'
}

/** Rows as a table for people: columns two spaces apart, numbers right-aligned, an absent value as a dash. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map(row => columns.map(column => cellText(column.value(row))))
  const widths = columns.map((column, i) =>
    cells.reduce((width, row) => Math.max(width, displayWidth(row[i] ?? '')), displayWidth(column.title)),
  )
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, i) => pad(text, widths[i] ?? 0, columns[i]?.align === 'right'))
      .join('  ')
      .trimEnd()
  const head = columns.map(column => printable(column.title))
  return [line(head), line(widths.map(width => '─'.repeat(width))), ...cells.map(line)].join('\n')
}

/** Names and values below each other. */
export function facts(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length))
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')
}

const GROUPED = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

/** 12,480 */
export function number(value: number): string {
  return GROUPED.format(value)
}

/** One line, without what would move the cursor or colour the terminal of whoever looks at foreign data. */
export function printable(text: string): string {
  return printableLine(stripVTControlCharacters(text))
}

/** What the program's own styles look like. */
// oxlint-disable-next-line no-control-regex -- styles begin with one
const STYLE = /(\u001b\[\d+(?:;\d+)*m)/

/** Text for a terminal: styles stay, whatever else would steer it is shown as an escape; JSON stays the same document. */
export function forTerminal(text: string): string {
  return text
    .split(STYLE)
    .map((part, i) => (i % 2 === 1 ? part : printableLines(part)))
    .join('')
}

function cellText(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined || value === '') return '–'
  return typeof value === 'string'
    ? printable(value)
    : typeof value === 'number'
      ? String(value)
      : value
        ? 'yes'
        : 'no'
}

function pad(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)))
  return right ? space + text : text + space
}

function displayWidth(text: string): number {
  return Array.from(text).length
}
