import type { QuarantinedLine } from '../../../../src/serve/contract/index.ts'
import type { Reason } from '../../api/queries.ts'
import { words } from '../../ui/format.ts'

export interface ReasonRow {
  readonly code: string
  readonly title: string
  readonly lines: number
  /** Of the most frequent reason, 0–1; the length of its bar. */
  readonly share: number
}

/** Codes in words; what a rule is about comes first in its code. */
export function reasonRows(reasons: readonly Reason[]): ReasonRow[] {
  const most = Math.max(1, ...reasons.map(reason => reason.lines))
  return [...reasons]
    .sort((a, b) => b.lines - a.lines || a.reason.localeCompare(b.reason))
    .map(({ reason, lines }) => ({ code: reason, title: reasonWords(reason), lines, share: lines / most }))
}

const SUBJECTS: Record<string, string> = {
  json: 'JSON',
  id: 'Id',
  utf8: 'UTF-8',
}
const FAULTS: Record<string, string> = {
  range: 'out of range',
  syntax: 'cannot be parsed',
  missing: 'is missing',
  type: 'of the wrong type',
  future: 'lies in the future',
  unknown: 'is unknown',
}

/** "speed_range" → "Speed out of range"; an unknown code in its own words. */
export function reasonWords(code: string): string {
  const parts = code.split('_')
  const fault = FAULTS[parts.at(-1) ?? '']
  if (fault === undefined || parts.length < 2) return words(code)
  const subject = parts.slice(0, -1).join('_')
  return `${SUBJECTS[subject] ?? words(subject)} ${fault}`
}

/** What a terminal would hide, made visible: control characters as pictures, at most `most` characters. */
export function visibleLine(line: string, most: number): string {
  const cut = line.length > most ? `${line.slice(0, most)} …` : line
  return [...cut].map(pictured).join('')
}

function pictured(char: string): string {
  const code = char.codePointAt(0) ?? 0
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  if (code === 0x7f) return '␡'
  return char
}

/** Lines whose text, source or reasons hold every word. */
export function filterLines(lines: readonly QuarantinedLine[], filter: string): QuarantinedLine[] {
  const terms = filter.toLowerCase().split(/\s+/).filter(Boolean)
  if (terms.length === 0) return [...lines]
  return lines.filter(({ line, source, reasons }) => {
    const text = `${line} ${source} ${reasons.join(' ')}`.toLowerCase()
    return terms.every(term => text.includes(term))
  })
}
