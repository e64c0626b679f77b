import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState, type KeyboardEvent } from 'react'
import type { QuarantinedLine } from '../../../../src/serve/contract/index.ts'
import { useTimeZone } from '../../ui/address.ts'
import { clockSeconds, date } from '../../ui/city-time.ts'
import { bytes, count, quantity } from '../../ui/format.ts'
import { focusRow, targetRow } from '../../ui/shortcuts.ts'
import { visible } from '../../ui/visible.ts'
import { reasonWords, visibleLine } from './view-model.ts'

const CLOSED_CHARS = 240
const OPEN_CHARS = 16_384
const ROW_REM = 3.25

export interface LineListProps {
  readonly lines: readonly QuarantinedLine[]
  readonly more: boolean
  readonly loading: boolean
  readonly onMore: () => void
}

/** Raw lines, newest first; j and k walk, Enter opens one whole. */
export function LineList({ lines, more, loading, onMore }: LineListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const [focus, setFocus] = useState(0)
  const [open, setOpen] = useState<number | null>(null)
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  // oxlint-disable-next-line react/incompatible-library -- its functions are called here, never memoized
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    getItemKey: index => lines[index]?.position ?? index,
    estimateSize: () => ROW_REM * rem,
    overscan: 8,
  })
  const onKey = (event: KeyboardEvent) => {
    const next = targetRow(event.key, focus, lines.length)
    if (next === null) return
    event.preventDefault()
    setFocus(next)
    virtual.scrollToIndex(next)
    focusRow(scroller.current, `[data-index="${next}"] button`)
  }
  return (
    <div className="line-scroll" ref={scroller} onKeyDown={onKey}>
      <ul style={{ height: virtual.getTotalSize() }} aria-label="Raw lines">
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const line = lines[index]
          if (line === undefined) return null
          return (
            <li
              key={key}
              data-index={index}
              ref={virtual.measureElement}
              style={{ transform: `translateY(${start}px)` }}
            >
              <Line
                line={line}
                open={open === line.position}
                tabbable={index === Math.min(focus, lines.length - 1)}
                onFocus={() => setFocus(index)}
                onToggle={() => setOpen(open === line.position ? null : line.position)}
              />
            </li>
          )
        })}
      </ul>
      {more && (
        <button type="button" className="button lines-more" disabled={loading} onClick={onMore}>
          {loading ? 'Loading …' : 'Older lines'}
        </button>
      )}
    </div>
  )
}

interface LineProps {
  readonly line: QuarantinedLine
  readonly open: boolean
  readonly tabbable: boolean
  readonly onFocus: () => void
  readonly onToggle: () => void
}

function Line({ line, open, tabbable, onFocus, onToggle }: LineProps) {
  const timeZone = useTimeZone()
  const arrivedMs = Date.parse(line.arrived_at)
  return (
    <button
      type="button"
      className="line"
      aria-expanded={open}
      tabIndex={tabbable ? 0 : -1}
      onFocus={onFocus}
      onClick={onToggle}
    >
      <span className="line-head">
        <span className="line-reasons">
          {line.reasons.map(code => (
            <span key={code} className="line-reason" title={code}>
              {reasonWords(code)}
            </span>
          ))}
        </span>
        <span className="line-facts">
          {visible(line.source)} · {quantity(bytes(line.bytes))} · {clockSeconds(arrivedMs, timeZone)}
        </span>
      </span>
      <code className="line-text">{visibleLine(line.line, open ? OPEN_CHARS : CLOSED_CHARS)}</code>
      {open && (
        <span className="line-more">
          Line {count(line.position)} of the log, arrived {date(arrivedMs, timeZone)}{' '}
          {clockSeconds(arrivedMs, timeZone)}
          {line.file !== null && `, whole line in ${line.file}`}
        </span>
      )}
    </button>
  )
}
