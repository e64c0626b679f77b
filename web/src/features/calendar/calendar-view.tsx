import './calendar.css'
import { IconAlertTriangle, IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useCallback, useMemo } from 'react'
import { useCityNowMs } from '../../api/live-context.tsx'
import { Sign } from '../../map/overlay/sign.tsx'
import { useAddress, useTimeZone } from '../../ui/address.ts'
import { EmptyNote, ErrorNote, Skeleton } from '../../ui/notes.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { useShortcut } from '../../ui/shortcuts.ts'
import { visible } from '../../ui/visible.ts'
import type { Conflict } from './model/conflicts.ts'
import type { Happening } from './model/happening.ts'
import { glyphOf, shapeOf, shortDate, typeWords, whenWords } from './model/happening-words.ts'
import {
  dayText,
  kindCounts,
  kindsOf,
  rangeOf,
  rowsIn,
  spanOf,
  switchKind,
  type Range,
  type Span,
} from './model/timeline.ts'
import { Timeline } from './timeline.tsx'
import { useConflicts, useHappenings } from './use-happenings.ts'

const SPAN_OPTIONS: readonly { value: Span; label: string }[] = [
  { value: 'day', label: 'Day' },
  { value: 'week', label: 'Week' },
  { value: 'month', label: '4 weeks' },
]

/** On a phone the days are worth more room than what collides in them. */
const NARROW = globalThis.matchMedia('(max-width: 60rem)')

/** What takes place in the city over days: events, works and holidays, and what of it collides. */
export function CalendarView() {
  const { happenings, loading, known, error, retry } = useHappenings()
  const nowMs = useCityNowMs(60_000)
  const { range, kinds } = useRange(nowMs)
  const conflicts = useConflicts(happenings).filter(
    ({ fromMs, toMs }) => fromMs < range.endMs && toMs > range.startMs,
  )
  const rows = useMemo(() => rowsIn(happenings, range, kinds), [happenings, range, kinds])
  const byKey = new Map<string, number>()
  for (const { a, b } of conflicts) for (const { key } of [a, b]) byKey.set(key, (byKey.get(key) ?? 0) + 1)
  return (
    <section className="calendar" aria-labelledby="calendar-title">
      <Toolbar range={range} nowMs={nowMs} />
      <Kinds happenings={happenings} range={range} />
      {error !== null && <ErrorNote error={error} onRetry={retry} />}
      {conflicts.length > 0 && <ConflictList conflicts={conflicts} />}
      {rows.length > 0 ? (
        <Timeline rows={rows} range={range} nowMs={nowMs} conflicts={byKey} />
      ) : loading ? (
        <Skeleton height="20rem" label="Loading the calendar" />
      ) : (
        <Nothing known={known && happenings.length > 0} filtered={kinds !== null} />
      )}
    </section>
  )
}

function useRange(nowMs: number) {
  const timeZone = useTimeZone()
  const { calendar } = useAddress()
  const span = spanOf(calendar.span)
  const range = useMemo(
    () => rangeOf(span, calendar.day, nowMs, timeZone),
    [span, calendar.day, nowMs, timeZone],
  )
  const kinds = useMemo(() => kindsOf(calendar.kinds), [calendar.kinds])
  return { span, range, kinds }
}

function Toolbar({ range, nowMs }: { range: Range; nowMs: number }) {
  const timeZone = useTimeZone()
  const { calendar, set } = useAddress()
  const move = useCallback(
    (by: number) => set({ day: dayText(range, by, nowMs, timeZone) }),
    [set, range, nowMs, timeZone],
  )
  const back = useCallback(() => move(-1), [move])
  const on = useCallback(() => move(1), [move])
  const today = useCallback(() => set({ day: null }), [set])
  useShortcut('ArrowLeft', back)
  useShortcut('ArrowRight', on)
  useShortcut('n', today)
  const last = range.endMs - 1
  return (
    <div className="calendar-bar">
      <h1 id="calendar-title">Calendar</h1>
      <div className="calendar-move" role="group" aria-label="Days shown">
        <button type="button" className="icon-button" aria-label="Earlier" title="Earlier (←)" onClick={back}>
          <IconChevronLeft />
        </button>
        <button
          type="button"
          className="button"
          title="Today (n)"
          aria-disabled={calendar.day === null}
          onClick={today}
        >
          Today
        </button>
        <button type="button" className="icon-button" aria-label="Later" title="Later (→)" onClick={on}>
          <IconChevronRight />
        </button>
      </div>
      <p className="calendar-days" aria-live="polite">
        {range.days === 1
          ? shortDate(range.startMs, timeZone)
          : `${shortDate(range.startMs, timeZone)} – ${shortDate(last, timeZone)}`}{' '}
        <span>{yearOf(last, timeZone)}</span>
      </p>
      <Segmented
        label="How much is shown"
        value={spanOf(calendar.span)}
        options={SPAN_OPTIONS}
        onChange={next => set({ span: next === 'week' ? null : next })}
      />
    </div>
  )
}

function yearOf(atMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, year: 'numeric' }).format(atMs)
}

/** The kinds in sight; one that is chosen hides the others. */
function Kinds({ happenings, range }: { happenings: readonly Happening[]; range: Range }) {
  const { calendar, set } = useAddress()
  const chosen = kindsOf(calendar.kinds)
  const counts = kindCounts(happenings, range)
  // While it is chosen it stays, so that the choice can be taken back.
  for (const kind of chosen ?? []) if (!counts.has(kind)) counts.set(kind, 0)
  if (counts.size === 0) return null
  const example = (type: string) =>
    ({ type, kind: type === 'work-zone' || type === 'detour' ? 'zone' : 'event' }) as const
  return (
    <div className="calendar-kinds" role="group" aria-label="Kinds shown">
      {[...counts].map(([type, count]) => (
        <button
          key={type}
          type="button"
          aria-pressed={chosen?.has(type) === true}
          data-hidden={chosen !== null && !chosen.has(type)}
          onClick={() => set({ kinds: switchKind(calendar.kinds, type) })}
        >
          <Sign shape={shapeOf(example(type))} glyph={glyphOf(type)} size={20} />
          {typeWords(type)} <b>{count}</b>
        </button>
      ))}
      {chosen !== null && (
        <button type="button" className="calendar-all" onClick={() => set({ kinds: null })}>
          Show all
        </button>
      )}
      <span className="calendar-key" aria-hidden="true">
        <span className="timeline-bar" data-kind="event" data-phase="active" /> now
        <span className="timeline-bar" data-kind="event" data-phase="planned" /> planned
        <span className="timeline-bar" data-kind="event" data-phase="over" /> over
      </span>
    </div>
  )
}

function ConflictList({ conflicts }: { conflicts: readonly Conflict[] }) {
  const { set } = useAddress()
  const timeZone = useTimeZone()
  return (
    <details className="conflicts" open={conflicts.length < 4 && !NARROW.matches}>
      <summary>
        <IconAlertTriangle aria-hidden="true" />
        {conflicts.length === 1 ? '1 conflict' : `${conflicts.length} conflicts`} in these days
      </summary>
      <ul>
        {conflicts.map(({ a, b, fromMs, toMs, why }) => (
          <li key={`${a.key} ${b.key}`}>
            <button type="button" onClick={() => set({ [a.kind]: a.id })}>
              <strong>
                {visible(a.title)} and {visible(b.title)}
              </strong>
              <span>
                {why}, {whenWords({ startMs: fromMs, endMs: toMs, cityWide: false }, timeZone)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  )
}

function Nothing({ known, filtered }: { known: boolean; filtered: boolean }) {
  if (filtered)
    return <EmptyNote title="Nothing of these kinds in these days">Choose other kinds or days.</EmptyNote>
  if (known)
    return <EmptyNote title="Nothing in these days">Go on with ← and →, or show more days.</EmptyNote>
  return (
    <EmptyNote title="No events or works yet">
      Send them to <code>POST /v1/events</code> and <code>POST /v1/work-zones</code>, or import an iCalendar
      or WZDx file.
    </EmptyNote>
  )
}
