import './time-chart.css'
import type { ECharts } from 'echarts/core'
import { memo, useId, useState } from 'react'
import { lastSlot } from '../../analysis/series.ts'
import { clock } from '../city-time.ts'
import { readoutAt, toCsv, type ChartModel } from './chart-model.ts'
import { chartPng, download } from './download.ts'
import { Plot } from './plot.tsx'
import { useChart } from './use-chart.ts'

export interface TimeChartProps {
  readonly model: ChartModel
  readonly timeZone: string
  /** Begins the names of downloaded files. */
  readonly fileName: string
}

/** A line chart over the last day. Pointer, touch and arrow keys read it off; the figures stand above, never over the line. Draws anew only with new data. */
export const TimeChart = memo(function TimeChart({ model, timeZone, fileName }: TimeChartProps) {
  const heading = useId()
  const [cursor, setCursor] = useState<number | null>(null)
  const { element, current } = useChart(model, timeZone)
  const { trend } = model
  const slot = cursor ?? lastSlot(trend.now) ?? trend.now.values.length - 1
  const readout = readoutAt(model, slot)
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
          {clock(readout.atMs, timeZone)}–{clock(readout.atMs + trend.now.stepMs, timeZone)}
        </span>
        <strong>{readout.now === null ? 'not measured' : model.format(readout.now)}</strong>
        {readout.byCamera && <span>by camera</span>}
        {readout.usual !== null && <span>usual {model.format(readout.usual)}</span>}
        {readout.yesterday !== null && <span>yesterday {model.format(readout.yesterday)}</span>}
      </p>
      <Plot {...{ model, timeZone, element, slot }} held={cursor !== null} onSlot={setCursor} />
    </figure>
  )
})

async function savePng(chart: ECharts | null, model: ChartModel, fileName: string): Promise<void> {
  const canvas = chart?.getDom().querySelector('canvas')
  if (canvas === null || canvas === undefined) return
  const blob = await chartPng(canvas, model.title, model.caption)
  if (blob !== null) download(`${fileName}.png`, blob)
}
