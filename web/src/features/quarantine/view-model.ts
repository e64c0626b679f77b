import type { QuarantinedLine } from '../../../../src/serve/contract/index.ts'
import type { LineChoice, Reason } from './queries.ts'
import { words } from '../../ui/format.ts'
import { visible } from '../../ui/visible.ts'

export interface ReasonRow {
  readonly code: string
  readonly title: string
  readonly lines: number
  /** Of the most frequent reason, 0–1; the length of its bar. */
  readonly share: number
}

/** What of one stream was refused. */
export interface ReasonGroup {
  readonly stream: string
  readonly title: string
  /** Lines by reason, added up: one that broke several rules counts under each. */
  readonly lines: number
  readonly rows: readonly ReasonRow[]
}

/**
 * Reasons by stream, each with its most frequent first; codes in words, and what a rule is about comes first in its code.
 * @param titles of streams by name
 */
export function reasonGroups(reasons: readonly Reason[], titles: ReadonlyMap<string, string>): ReasonGroup[] {
  const most = Math.max(1, ...reasons.map(reason => reason.lines))
  return [...Map.groupBy(reasons, reason => reason.stream)]
    .map(([stream, own]) => ({
      stream,
      title: titles.get(stream) ?? words(stream.replaceAll('-', '_')),
      lines: own.reduce((sum, { lines }) => sum + lines, 0),
      rows: [...own]
        .sort((a, b) => b.lines - a.lines || a.reason.localeCompare(b.reason))
        .map(({ reason, lines }) => ({
          code: reason,
          title: reasonWords(reason),
          lines,
          share: lines / most,
        })),
    }))
    .sort((a, b) => b.lines - a.lines || a.title.localeCompare(b.title))
}

const WHOLE: Record<string, string> = {
  utf8: 'Not UTF-8',
  json_syntax: 'JSON cannot be parsed',
  json_depth: 'JSON nested too deep',
  not_object: 'JSON is not an object',
  line_too_long: 'Line too long',
  timestamp_format: 'Timestamp is not ISO 8601',
  timestamp_too_old: 'Timestamp too old',
  timestamp_future: 'Timestamp lies in the future',
  too_old: 'Day no longer kept',
  no_measure: 'No measure at all',
  too_many_sensors: 'Too many sensors',
}
const FAULTS: Record<string, string> = {
  range: 'out of range',
  missing: 'is missing',
  type: 'of the wrong type',
  value: 'not allowed',
}

/** "average_speed_range" → "Average speed out of range"; an unknown code in its own words. */
export function reasonWords(code: string): string {
  const whole = WHOLE[code]
  if (whole !== undefined) return whole
  const cut = code.lastIndexOf('_')
  const fault = FAULTS[code.slice(cut + 1)]
  return cut > 0 && fault !== undefined ? `${words(code.slice(0, cut))} ${fault}` : words(code)
}

/** At most `most` characters of a line, with what nobody would see made visible. */
export function visibleLine(line: string, most: number): string {
  return visible(line.length > most ? `${line.slice(0, most)} …` : line)
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

/** Why the list is empty, and what to do. */
export function noLinesText(filter: string, { stream, reason }: LineChoice): string {
  if (filter !== '') return 'Shorten the filter.'
  if (reason !== null) return 'Nothing is in quarantine for this reason.'
  return stream === null ? 'Nothing is in quarantine.' : 'Nothing of this stream is in quarantine.'
}
