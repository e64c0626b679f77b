import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import type { IncidentOverview } from '../../../../../src/serve/contract/index.ts'
import { brushed, dayAt, stripOf } from '../model/days.ts'
import { dayWords } from '../model/words.ts'

type Days = Readonly<IncidentOverview['days']>

interface RangeStripProps {
  /** All days of the record. */
  readonly days: Days
  readonly from: string | null
  readonly to: string | null
  readonly onRange: (range: { from: string | null; to: string | null }) => void
}

/** Bars of the strip; more would be thinner than a pixel on a phone. */
const BARS = 160
/** Keys come one after the other: the range is asked for when they rest. */
const REST_MS = 350

/** All of the record in one strip; its two ends choose the range, by pointer and by keys. */
export function RangeStrip({ days, from, to, onRange }: RangeStripProps) {
  const strip = useRef<HTMLDivElement>(null)
  const { asSaid, draft, setDraft } = useDraft(days, from, to)
  const [first, last] = draft
  /** The end that is held, or the day from which a new range is drawn. */
  const held = useRef<'first' | 'last' | number | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const indexOf = (event: PointerEvent) => {
    const { left = 0, width = 1 } = strip.current?.getBoundingClientRect() ?? {}
    return dayAt(days, (event.clientX - left) / width)
  }
  const move = (end: 'first' | 'last', wanted: number): readonly [number, number] => {
    const day = Math.min(days.length - 1, Math.max(0, wanted))
    const next =
      end === 'first' ? ([Math.min(day, last), last] as const) : ([first, Math.max(day, first)] as const)
    setDraft(next)
    return next
  }
  const onDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const end = (event.target as HTMLElement).dataset['end']
    held.current = end === 'first' || end === 'last' ? end : indexOf(event)
  }
  const onMove = (event: PointerEvent) => {
    const day = indexOf(event)
    if (typeof held.current === 'number') {
      if (day !== held.current) setDraft([Math.min(held.current, day), Math.max(held.current, day)])
    } else if (held.current !== null) move(held.current, day)
  }
  // A press without a move chooses nothing.
  const onUp = () => {
    const isMoved = first !== asSaid[0] || last !== asSaid[1]
    if (held.current !== null && isMoved) onRange(brushed(days, first, last))
    held.current = null
  }
  const onKey = (end: 'first' | 'last') => (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ...{ ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -30, PageUp: 30 },
      ...{ Home: -days.length, End: days.length },
    }
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = move(end, (end === 'first' ? first : last) + step)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => onRange(brushed(days, ...next)), REST_MS)
  }
  const share = (day: number) => `${(day / Math.max(1, days.length)) * 100}%`
  return (
    <div
      className="range-strip"
      ref={strip}
      role="group"
      aria-label="Range of days"
      onPointerDown={onDown}
      onPointerMove={onMove}
      onPointerUp={onUp}
      onPointerCancel={onUp}
    >
      <StripBars days={days} />
      <span
        className="range-strip-window"
        style={{ left: share(first), right: `calc(100% - ${share(last + 1)})` }}
      />
      {(['first', 'last'] as const).map(end => {
        const day = end === 'first' ? first : last
        return (
          <span
            key={end}
            className="range-strip-end"
            data-end={end}
            role="slider"
            tabIndex={0}
            aria-label={end === 'first' ? 'First day' : 'Last day'}
            aria-valuemin={0}
            aria-valuemax={Math.max(0, days.length - 1)}
            aria-valuenow={day}
            aria-valuetext={dayWords(days[day]?.day ?? '')}
            style={{ left: share(end === 'first' ? day : day + 1) }}
            onKeyDown={onKey(end)}
          />
        )
      })}
    </div>
  )
}

/** The ends as they are being moved; anew when the address says others. */
function useDraft(days: Days, from: string | null, to: string | null) {
  const asSaid = useMemo((): readonly [number, number] => {
    const first = from === null ? 0 : days.findIndex(({ day }) => day >= from)
    const last = to === null ? days.length - 1 : days.findLastIndex(({ day }) => day <= to)
    return [first === -1 ? days.length - 1 : first, Math.max(last, 0)]
  }, [days, from, to])
  const [draft, setDraft] = useState(asSaid)
  const [known, setKnown] = useState(asSaid)
  if (known !== asSaid) {
    setKnown(asSaid)
    setDraft(asSaid)
  }
  return { asSaid, draft, setDraft }
}

function StripBars({ days }: { days: Days }) {
  const bars = useMemo(() => stripOf(days, BARS), [days])
  const most = Math.max(1, ...bars.map(bar => bar ?? 0))
  return (
    <svg viewBox={`0 0 ${bars.length} 100`} preserveAspectRatio="none" aria-hidden="true">
      {bars.map((bar, i) => (
        <rect
          key={i}
          x={i + 0.08}
          width={0.84}
          y={bar === null ? 0 : 100 - (bar / most) * 100}
          height={bar === null ? 100 : (bar / most) * 100}
          data-gap={bar === null}
        />
      ))}
    </svg>
  )
}
