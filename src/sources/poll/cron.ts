import { FeedError } from '../../core/feed-error.ts'
import { daysFromCivil, localToUtcMs, offsetMsAt, zoneOffsets } from '../../core/time/index.ts'
import { DAY_MS } from '../../core/time/spans.ts'

/** 29 February on a weekday comes again after 40 years at the latest (a century without a leap day among them). */
const MAX_DAYS = 366 * 41

interface Part {
  readonly name: string
  readonly min: number
  readonly max: number
  readonly words?: readonly string[]
}

const PARTS: readonly Part[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day', min: 1, max: 31 },
  {
    name: 'month',
    min: 1,
    max: 12,
    words: ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { name: 'weekday', min: 0, max: 7, words: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
]

/** The next instant of a cron expression that is later than `afterMs`. */
export type NextRun = (afterMs: number) => number

/**
 * Reads the five fields of cron: minute, hour, day of month, month, weekday; with `*`, lists, ranges, steps and English names. Where
 * both days are given, one of them is enough (POSIX crontab). Times are the zone's wall clock: a skipped hour's runs move forward by
 * the gap, an hour that comes twice runs in its first pass.
 *
 * @throws {FeedError} that says which field is wrong, or that no day ever fits
 */
export function cron(expression: string, zone: string): NextRun {
  const texts = expression.trim().split(/\s+/)
  if (texts.length !== PARTS.length) {
    throw new FeedError(
      `"${expression}" has ${texts.length} fields; cron has five: minute hour day month weekday`,
    )
  }
  const [minutes = [], hours = [], days = [], months = [], weekdays = []] = PARTS.map((part, i) =>
    valuesOf(texts[i] ?? '', part, expression),
  )
  const onWeekdays = new Set(weekdays.map(day => day % 7))
  const [anyDay, anyWeekday] = [texts[2] === '*', texts[4] === '*']
  const fits = (date: Date) => {
    if (!months.includes(date.getUTCMonth() + 1)) return false
    const byDay = days.includes(date.getUTCDate())
    const byWeekday = onWeekdays.has(date.getUTCDay())
    return anyDay || anyWeekday ? byDay && byWeekday : byDay || byWeekday
  }
  const offsets = zoneOffsets(zone)
  const next = (afterMs: number): number => {
    const localMs = afterMs + offsetMsAt(offsets, afterMs)
    // A day earlier, because a run of yesterday's last hour may have moved over midnight.
    const first = Math.floor(localMs / DAY_MS) - 1
    for (let day = first; day < first + MAX_DAYS; day++) {
      const date = new Date(day * DAY_MS)
      if (!fits(date)) continue
      const runs = hours.flatMap(hour =>
        minutes.map(minute =>
          localToUtcMs(
            offsets,
            date.getUTCFullYear(),
            date.getUTCMonth() + 1,
            date.getUTCDate(),
            hour,
            minute,
            0,
            0,
          ),
        ),
      )
      const later = runs.filter(ms => ms > afterMs)
      if (later.length > 0) return Math.min(...later)
    }
    return Infinity
  }
  if (next(daysFromCivil(2000, 1, 1) * DAY_MS) === Infinity)
    throw new FeedError(`"${expression}" never comes: no day fits`)
  return next
}

function valuesOf(text: string, part: Part, expression: string): number[] {
  const values = text.split(',').flatMap(piece => rangeOf(piece, part, expression))
  return [...new Set(values)].sort((a, b) => a - b)
}

/** `*`, `5`, `1-5`, any of them with `/step`; `5/15` runs to the end. */
function rangeOf(piece: string, part: Part, expression: string): number[] {
  const { name, min, max } = part
  const wrong = () =>
    new FeedError(
      `"${expression}": the ${name} "${piece}" is none; allowed: ${min} to ${max}, *, lists, ranges, /steps`,
    )
  const [, from = '', to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d{1,3}))?$/.exec(piece) ?? []
  const first = from === '*' ? min : valueOf(from, part)
  const every = step === undefined ? 1 : Number(step)
  const isOpen = from === '*' || (step !== undefined && to === undefined)
  const last = to !== undefined ? valueOf(to, part) : isOpen ? max : first
  if (first === null || last === null || first > last || every < 1 || (from === '*' && to !== undefined))
    throw wrong()
  return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, i) => first + i * every)
}

function valueOf(text: string, { min, max, words }: Part): number | null {
  const word = words?.indexOf(text.toLowerCase()) ?? -1
  const value = word >= 0 ? word : /^\d{1,2}$/.test(text) ? Number(text) : NaN
  return value >= min && value <= max ? value : null
}
