import type { ECharts } from 'echarts/core'
import { useEffect, useRef, useState } from 'react'
import { clock } from '../city-time.ts'
import { useTheme } from '../theme/theme.ts'
import type { ChartModel } from './chart-model.ts'
import { chartOption } from './chart-option.ts'

/** Draws into the element it gives, follows its size, and redraws when the model or the theme changes. */
export function useChart(model: ChartModel, timeZone: string) {
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
