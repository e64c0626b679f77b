import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { UsageError } from '../../../core/errors.ts'
import { eventsOfCalendar } from '../../../sources/calendars/index.ts'
import { fieldDevicesOfFeed, workZonesOfFeed } from '../../../sources/workzones/index.ts'

/** What a file in the format of a standard says. */
export interface StandardFile {
  readonly records: readonly object[]
  readonly notes: readonly string[]
}

interface Reading {
  readonly lines: readonly object[]
  readonly problems: readonly { readonly message: string; readonly isRefusal: boolean }[]
}

const MAX_SHOWN = 20

/**
 * The records of an iCalendar file (of events) or a WZDx feed (of work zones and field devices); null where the file is
 * neither, or can't be read at all.
 * @throws {UsageError} naming every entry that is wrong: nothing is imported by halves
 */
export function readStandardFile(
  stream: string,
  path: string,
  clock: { readonly cityZone: string; readonly nowMs: number },
): StandardFile | null {
  const text = textOf(path)
  const reading = text === null ? null : readingOf(stream, text, clock)
  if (reading === null) return null
  const of = (isRefusal: boolean) => reading.problems.filter(one => one.isRefusal === isRefusal).map(saysOf)
  const refusals = of(true)
  if (refusals.length > 0) {
    const shown = refusals.slice(0, MAX_SHOWN).map(message => `  ${message}`)
    const more = refusals.length > MAX_SHOWN ? [`  … and ${refusals.length - MAX_SHOWN} more`] : []
    throw new UsageError(`${basename(path)}: nothing was imported.\n${[...shown, ...more].join('\n')}`)
  }
  if (reading.lines.length === 0) throw new UsageError(`${basename(path)} holds nothing to import.`)
  return { records: reading.lines, notes: of(false) }
}

function readingOf(
  stream: string,
  text: string,
  { cityZone, nowMs }: { readonly cityZone: string; readonly nowMs: number },
): Reading | null {
  if (stream === 'events' && /^\uFEFF?\s*BEGIN:VCALENDAR/i.test(text)) {
    return eventsOfCalendar(text, { cityZone, nowMs })
  }
  if (!/"(road_event_)?feed_info"/.test(text)) return null
  if (stream === 'work-zones') return workZonesOfFeed(text, { nowMs })
  return stream === 'field-devices' ? fieldDevicesOfFeed(text, { nowMs }) : null
}

function saysOf(problem: Reading['problems'][number]): string {
  const { line, path, message } = problem as { line?: number | null; path?: string | null; message: string }
  if (typeof line === 'number') return `line ${line}: ${message}`
  return typeof path === 'string' ? `${path}: ${message}` : message
}

/** Null: what reads the file next says why it can't be. */
function textOf(path: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch {
    return null
  }
}
