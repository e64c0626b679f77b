import './timeline.css'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import { useAddress, useTimeZone } from '../../ui/address.ts'
import { clock } from '../../ui/city-time.ts'
import { focusRow, targetRow } from '../../ui/shortcuts.ts'
import { HappeningWords } from './happening-row.tsx'
import { phaseOf, type Happening } from './model/happening.ts'
import { shapeOf } from './model/happening-words.ts'
import { barOf, nowShare, ticksOf, type Range } from './model/timeline.ts'

const ROW_REM = 2.875
const NARROW_ROW_REM = 4.25
const NARROW = '(max-width: 60rem)'
const OVERSCAN = 8

export interface TimelineProps {
  readonly rows: readonly Happening[]
  readonly range: Range
  readonly nowMs: number
  /** Conflicts by the key of a happening. */
  readonly conflicts: ReadonlyMap<string, number>
}

/** One row a happening, its bar over the days; j and k walk, Enter opens. */
export function Timeline({ rows, range, nowMs, conflicts }: TimelineProps) {
  const { choice, set } = useAddress()
  const scroller = useRef<HTMLDivElement>(null)
  const [focus, setFocus] = useState(0)
  const virtual = useRows(scroller, rows.length)
  const tabbable = Math.min(focus, rows.length - 1)
  const onKey = (event: KeyboardEvent) => {
    const next = targetRow(event.key, tabbable, rows.length)
    if (next === null) return
    event.preventDefault()
    setFocus(next)
    virtual.scrollToIndex(next)
    focusRow(scroller.current, `[data-index="${next}"]`)
  }
  return (
    <div className="timeline" ref={scroller} onKeyDown={onKey}>
      <Axis range={range} nowMs={nowMs} />
      <ol className="timeline-rows" aria-label="Events and works" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, size }) => {
          const row = rows[index]
          if (row === undefined) return null
          const chosen = choice?.kind === row.kind && choice.id === row.id
          return (
            <li
              key={row.key}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start}px)`, height: size }}
            >
              <button
                type="button"
                className="timeline-row"
                data-index={index}
                aria-pressed={chosen}
                tabIndex={index === tabbable ? 0 : -1}
                onFocus={() => setFocus(index)}
                onClick={() => set({ [row.kind]: chosen ? null : row.id })}
              >
                <HappeningWords happening={row} nowMs={nowMs} conflicts={conflicts.get(row.key) ?? 0} />
                <BarOf row={row} range={range} nowMs={nowMs} />
              </button>
            </li>
          )
        })}
      </ol>
    </div>
  )
}

function BarOf({ row, range, nowMs }: { row: Happening; range: Range; nowMs: number }) {
  const bar = barOf(row, range)
  if (bar === null) return null
  return (
    <span className="timeline-track" aria-hidden="true">
      <span
        className="timeline-bar"
        data-kind={row.cityWide ? 'city' : shapeOf(row) === 'triangle' ? 'zone' : 'event'}
        data-phase={phaseOf(row, nowMs)}
        data-cut-left={bar.cutLeft}
        data-cut-right={bar.cutRight}
        style={{ left: `${bar.left * 100}%`, width: `${bar.width * 100}%` }}
      />
    </span>
  )
}

/** Days or hours, and where now is; the lines go through all rows. */
function Axis({ range, nowMs }: { range: Range; nowMs: number }) {
  const timeZone = useTimeZone()
  const now = nowShare(range, nowMs)
  const ticks = ticksOf(range, timeZone)
  return (
    <>
      <div className="timeline-axis" aria-hidden="true">
        <div className="timeline-scale">
          {ticks.map(({ atMs, share, label, weekend }) => (
            <span
              key={atMs}
              data-weekend={weekend}
              style={{ left: `${share * 100}%`, width: `${100 / ticks.length}%` }}
            >
              {label}
            </span>
          ))}
          {now !== null && (
            <b className="timeline-now-label" data-right={now > 0.9} style={{ left: `${now * 100}%` }}>
              {clock(nowMs, timeZone)}
            </b>
          )}
        </div>
      </div>
      <div className="timeline-lines" aria-hidden="true">
        <div className="timeline-scale">
          {ticks.map(({ atMs, share, weekend }) => (
            <span
              key={atMs}
              data-weekend={weekend}
              style={{ left: `${share * 100}%`, width: `${100 / ticks.length}%` }}
            />
          ))}
          {now !== null && <i className="timeline-now" style={{ left: `${now * 100}%` }} />}
        </div>
      </div>
    </>
  )
}

/** Rows follow the text size that the reader has set; on a phone the bar lies below the words. */
function useRows(scroller: RefObject<HTMLDivElement | null>, count: number) {
  const rem = globalThis.matchMedia(NARROW).matches ? NARROW_ROW_REM : ROW_REM
  const rowPx = rem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  // oxlint-disable-next-line react/incompatible-library -- its functions are called here, never memoized
  return useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
    initialRect: { width: 800, height: 600 },
  })
}
