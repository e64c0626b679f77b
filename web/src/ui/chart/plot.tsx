import type { KeyboardEvent, PointerEvent, RefObject } from 'react'
import { clock } from '../city-time.ts'
import { readoutAt, readoutText, type ChartModel } from './chart-model.ts'
import { GRID } from './chart-option.ts'
import { HOUR_MS } from '../../../../src/serve/contract/spans.ts'

export interface PlotProps {
  readonly model: ChartModel
  readonly timeZone: string
  readonly element: RefObject<HTMLDivElement | null>
  /** The slot that is read off; `held` when somebody points at it, else it is the newest. */
  readonly slot: number
  readonly held: boolean
  readonly onSlot: (slot: number | null) => void
}

/** The drawn lines as a slider over time: pointer, touch and arrow keys move it, screen readers hear its values. */
export function Plot({ model, timeZone, element, slot, held, onSlot }: PlotProps) {
  const { stepMs, values } = model.trend.now
  const readout = readoutAt(model, slot)
  const share = (slot + 0.5) / Math.max(1, values.length)
  const toPointer = ({ clientX, currentTarget }: PointerEvent<HTMLElement>) => {
    const { left, width } = currentTarget.getBoundingClientRect()
    const across = (clientX - left - GRID.left) / (width - GRID.left - GRID.right)
    onSlot(clampSlot(Math.floor(across * values.length), values.length))
  }
  const toKey = (event: KeyboardEvent) => {
    const next = keySlot(event.key, slot, values.length, Math.round(HOUR_MS / stepMs))
    if (next === null) return
    event.preventDefault()
    onSlot(next)
  }
  return (
    <div
      className="time-chart-plot"
      role="slider"
      tabIndex={0}
      aria-label={`${model.caption}: time of day`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, values.length - 1)}
      aria-valuenow={slot}
      aria-valuetext={`${clock(readout.atMs, timeZone)}: ${readoutText(readout, model.format)}`}
      onPointerMove={toPointer}
      onPointerDown={toPointer}
      onPointerLeave={() => onSlot(null)}
      onKeyDown={toKey}
      onBlur={() => onSlot(null)}
    >
      <div className="time-chart-canvas" ref={element} aria-hidden="true" />
      {held && (
        <span
          className="time-chart-cursor"
          style={{ left: `calc(${GRID.left}px + (100% - ${GRID.left + GRID.right}px) * ${share})` }}
        />
      )}
    </div>
  )
}

function keySlot(key: string, slot: number, length: number, hour: number): number | null {
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowDown: -1,
    ArrowUp: 1,
    PageDown: -hour,
    PageUp: hour,
    Home: -length,
    End: length,
  }
  const step = steps[key]
  return step === undefined ? null : clampSlot(slot + step, length)
}

function clampSlot(slot: number, length: number): number {
  return Math.min(length - 1, Math.max(0, slot))
}
