import './time-chart.css'
import type { ECharts } from 'echarts/core'
import { useEffect, useId, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { lastSlot, timeOf } from '../../analysis/series.ts'
import { clock, zoneName } from '../city-time.ts'
import { useTheme } from '../theme.ts'
import { readoutAt, readoutText, toCsv, type ChartModel } from './chart-model.ts'
import { chartOption, GRID } from './chart-option.ts'
import { chartPng, download } from './download.ts'

export interface TimeChartProps {
  readonly model: ChartModel
  readonly timeZone: string
  /** Begins the names of downloaded files. */
  readonly fileName: string
}

/** A line chart over the last day. Pointer, touch and arrow keys read it off; the figures stand above, never over the line. */
export function TimeChart({ model, timeZone, fileName }: TimeChartProps) {
  const heading = useId()
  const [cursor, setCursor] = useState<number | null>(null)
  const { element, current } = useChart(model, timeZone)
  const { trend } = model
  const slot = cursor ?? lastSlot(trend.now) ?? 0
  const readout = readoutAt(model, slot)
  const text = readoutText(readout, model.format)
  const share = (slot + 0.5) / Math.max(1, trend.now.values.length)

  const toPointer = ({ clientX, currentTarget }: PointerEvent<HTMLElement>) => {
    const { left, width } = currentTarget.getBoundingClientRect()
    const across = (clientX - left - GRID.left) / (width - GRID.left - GRID.right)
    setCursor(clampSlot(Math.floor(across * trend.now.values.length), trend.now.values.length))
  }
  const toKey = (event: KeyboardEvent) => {
    const next = keySlot(event.key, slot, trend.now.values.length, Math.round(3_600_000 / trend.now.stepMs))
    if (next === null) return
    event.preventDefault()
    setCursor(next)
  }
  return (
    <figure className="time-chart" aria-labelledby={heading}>
      <figcaption>
        <h3 id={heading}>{model.title}</h3>
        <span className="time-chart-caption">{model.caption}</span>
      </figcaption>
      <div className="time-chart-tools">
        <button
          type="button"
          className="text-button"
          aria-label={`${model.title}: download as PNG`}
          onClick={() => void savePng(current.current, model, fileName)}
        >
          PNG
        </button>
        <button
          type="button"
          className="text-button"
          aria-label={`${model.title}: download as CSV`}
          onClick={() => download(`${fileName}.csv`, new Blob([toCsv(model)], { type: 'text/csv' }))}
        >
          CSV
        </button>
      </div>
      <p className="time-chart-readout">
        <span className="time-chart-time">
          {cursor === null
            ? 'Newest'
            : `${clock(readout.atMs, timeZone)} ${zoneName(readout.atMs, timeZone)}`}
        </span>
        <strong>{readout.now === null ? 'not measured' : model.format(readout.now)}</strong>
        {readout.usual !== null && <span>usual {model.format(readout.usual)}</span>}
        {readout.yesterday !== null && <span>yesterday {model.format(readout.yesterday)}</span>}
      </p>
      <div
        className="time-chart-plot"
        role="slider"
        tabIndex={0}
        aria-label={`${model.caption}: time of day`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, trend.now.values.length - 1)}
        aria-valuenow={slot}
        aria-valuetext={`${clock(timeOf(trend.now, slot), timeZone)}: ${text}`}
        onPointerMove={toPointer}
        onPointerDown={toPointer}
        onPointerLeave={() => setCursor(null)}
        onKeyDown={toKey}
        onBlur={() => setCursor(null)}
      >
        <div className="time-chart-canvas" ref={element} aria-hidden="true" />
        {cursor !== null && (
          <span
            className="time-chart-cursor"
            style={{ left: `calc(${GRID.left}px + (100% - ${GRID.left + GRID.right}px) * ${share})` }}
          />
        )}
      </div>
    </figure>
  )
}

/** Draws into the element it gives, follows its size, and redraws when the model or the theme changes. */
function useChart(model: ChartModel, timeZone: string) {
  const element = useRef<HTMLDivElement>(null)
  const current = useRef<ECharts | null>(null)
  const [ready, setReady] = useState(false)
  const theme = useTheme()
  useEffect(() => {
    const host = element.current
    if (host === null) return
    let gone = false
    const observer = new ResizeObserver(() => current.current?.resize())
    void Promise.all([import('./echarts.ts'), document.fonts.load('400 11px "Inter Variable"')]).then(
      ([{ init }]) => {
        if (gone) return
        current.current = init(host, null, { renderer: 'canvas' })
        observer.observe(host)
        setReady(true)
      },
    )
    return () => {
      gone = true
      observer.disconnect()
      current.current?.dispose()
      current.current = null
    }
  }, [])
  useEffect(() => {
    if (!ready) return
    current.current?.setOption(
      chartOption(model, theme, atMs => clock(atMs, timeZone), timeZone, element.current?.clientHeight ?? 0),
      { notMerge: true, lazyUpdate: true },
    )
  }, [ready, model, theme, timeZone])
  return { element, current }
}

async function savePng(chart: ECharts | null, model: ChartModel, fileName: string): Promise<void> {
  const canvas = chart?.getDom().querySelector('canvas')
  if (canvas === null || canvas === undefined) return
  const blob = await chartPng(canvas, model.title, model.caption)
  if (blob !== null) download(`${fileName}.png`, blob)
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
