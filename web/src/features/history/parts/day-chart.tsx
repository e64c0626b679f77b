import type { ECharts } from 'echarts/core'
import { memo, useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import type { IncidentOverview } from '../../../../../src/serve/contract/index.ts'
import { useTheme } from '../../../ui/theme/theme.ts'
import { DAY_GRID, dayChartOption } from '../model/day-chart-option.ts'
import { TrendWords } from '../analysis/trend-words.tsx'
import type { Trend } from '../model/trend.ts'
import { brushed, dayAt, dayLabel, gapsOf, gapWords } from '../model/days.ts'

type Days = Readonly<IncidentOverview['days']>

interface DayChartProps {
  readonly days: Days
  /** Null: the mean of the week is drawn. */
  readonly trend: Trend | null
  /** Whether the trend is asked for, and what stands in its way. */
  readonly trendState: 'off' | 'computing' | 'ready' | 'failed'
  readonly onTrend: (on: boolean) => void
  readonly note: string | null
  readonly onRange: (range: { from: string | null; to: string | null }) => void
}

/** Incidents a day. Pointer and arrow keys read a day off; what is drawn over becomes the range. */
export const DayChart = memo(function DayChart(props: DayChartProps) {
  const { days, trend, trendState, note, onTrend, onRange } = props
  const [at, setAt] = useState<number | null>(null)
  const day = at === null ? undefined : days[Math.min(at, days.length - 1)]
  const gaps = gapWords(gapsOf(days))
  return (
    <figure className="history-card day-chart" aria-labelledby="day-chart-title">
      <figcaption className="history-card-head">
        <h2 id="day-chart-title">Incidents a day</h2>
        <p className="day-chart-readout">{day === undefined ? captionOf(trendState) : dayLabel(day)}</p>
        <button
          type="button"
          className="day-chart-option"
          aria-pressed={trendState !== 'off'}
          onClick={() => onTrend(trendState === 'off')}
        >
          Trend and changes
        </button>
      </figcaption>
      <Plot {...{ days, trend, at, onRange }} onAt={setAt} />
      {trend !== null && <TrendWords trend={trend} days={days} />}
      {(gaps !== null || note !== null) && (
        <p className="history-note">
          {gaps !== null && (
            <span>{gaps}. The line breaks there; no incident is not the same as no data. </span>
          )}
          {note}
        </p>
      )}
    </figure>
  )
})

interface PlotProps extends Pick<DayChartProps, 'days' | 'trend' | 'onRange'> {
  /** The day that is read off. */
  readonly at: number | null
  readonly onAt: (at: number | null) => void
}

function Plot({ days, trend, at, onAt, onRange }: PlotProps) {
  const element = useDrawn(days, trend)
  const [begun, setBegun] = useState<number | null>(null)
  const here = Math.min(at ?? days.length - 1, days.length - 1)
  const day = days[here]
  const indexOf = ({ clientX, currentTarget }: PointerEvent<HTMLElement>) => {
    const { left, width } = currentTarget.getBoundingClientRect()
    return dayAt(days, (clientX - left - DAY_GRID.left) / (width - DAY_GRID.left - DAY_GRID.right))
  }
  const onKey = (event: KeyboardEvent) => {
    const next = dayOfKey(event.key, here, days.length)
    if (next === null) return
    event.preventDefault()
    onAt(next)
  }
  return (
    <div
      className="day-chart-plot"
      role="slider"
      tabIndex={0}
      aria-label="Incidents a day: day read off"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, days.length - 1)}
      aria-valuenow={Math.max(0, here)}
      aria-valuetext={day === undefined ? 'no data' : dayLabel(day)}
      onKeyDown={onKey}
      onBlur={() => onAt(null)}
      onPointerDown={event => {
        if (event.button !== 0 || event.pointerType === 'touch') return
        event.currentTarget.setPointerCapture(event.pointerId)
        setBegun(indexOf(event))
        onAt(indexOf(event))
      }}
      onPointerMove={event => onAt(indexOf(event))}
      onPointerLeave={() => {
        if (begun === null) onAt(null)
      }}
      onPointerCancel={() => setBegun(null)}
      onPointerUp={event => {
        const end = indexOf(event)
        if (begun !== null && Math.abs(end - begun) > 0) onRange(brushed(days, begun, end))
        setBegun(null)
      }}
    >
      <div className="day-chart-canvas" ref={element} aria-hidden="true" />
      {at !== null && <Cursor from={begun ?? here} to={here} length={days.length} />}
    </div>
  )
}

function captionOf(state: DayChartProps['trendState']): string {
  if (state === 'computing') return 'each day; the trend is being computed …'
  if (state === 'failed') return 'each day; the trend could not be had'
  return state === 'ready'
    ? 'each day, and the trend without the week'
    : 'each day, and the mean of the week around it'
}

function Cursor({ from, to, length }: { from: number; to: number; length: number }) {
  const share = (day: number) =>
    `calc(${DAY_GRID.left}px + (100% - ${DAY_GRID.left + DAY_GRID.right}px) * ${day / Math.max(1, length)})`
  const [first, last] = [Math.min(from, to), Math.max(from, to)]
  return (
    <span
      className="day-chart-cursor"
      data-brush={first !== last}
      style={{
        left: share(first),
        width: `calc((100% - ${DAY_GRID.left + DAY_GRID.right}px) * ${(last - first + 1) / Math.max(1, length)})`,
      }}
    />
  )
}

function dayOfKey(key: string, here: number, length: number): number | null {
  const steps: Record<string, number> = {
    ...{ ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 },
    ...{ PageDown: -30, PageUp: 30, Home: -length, End: length },
  }
  const step = steps[key]
  return step === undefined ? null : Math.min(length - 1, Math.max(0, here + step))
}

/** Draws into the element it gives, and anew with other days or in another theme. */
function useDrawn(days: Days, trend: Trend | null) {
  const element = useRef<HTMLDivElement>(null)
  const [chart, setChart] = useState<ECharts | null>(null)
  const theme = useTheme()
  useEffect(() => {
    const host = element.current
    if (host === null) return
    let made: ECharts | null = null
    let gone = false
    const observer = new ResizeObserver(() => made?.resize())
    void Promise.all([
      import('../../../ui/chart/echarts.ts'),
      document.fonts.load('400 11px "Inter Variable"'),
    ]).then(([{ init }]) => {
      if (gone) return
      made = init(host, null, { renderer: 'canvas' })
      observer.observe(host)
      setChart(made)
    })
    return () => {
      gone = true
      observer.disconnect()
      made?.dispose()
      setChart(null)
    }
  }, [])
  useEffect(() => {
    chart?.setOption(dayChartOption(days, theme, trend), { notMerge: true, lazyUpdate: true })
  }, [chart, days, theme, trend])
  return element
}
