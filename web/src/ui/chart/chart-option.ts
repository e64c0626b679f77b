import type { EChartsCoreOption } from 'echarts/core'
import type { Theme } from '../../map/ramp.ts'
import { timeOf } from '../../analysis/series.ts'
import { ticksOf, type ChartModel } from './chart-model.ts'

interface Colours {
  readonly now: string
  readonly usual: string
  readonly band: string
  readonly yesterday: string
  readonly axis: string
  readonly text: string
}

const COLOURS: Record<Theme, Colours> = {
  dark: {
    now: '#7cbcff',
    usual: '#a3aebc',
    band: '#a3aebc',
    yesterday: '#667386',
    axis: '#232b37',
    text: '#8591a1',
  },
  light: {
    now: '#0a5cbb',
    usual: '#4b5665',
    band: '#4b5665',
    yesterday: '#8d99a8',
    axis: '#dde2e9',
    text: '#5d6877',
  },
}

/** Room for the direct labels at the right. */
export const GRID = { left: 34, right: 62, top: 10, bottom: 22 }

/** The option of one chart; today heavy, usual dashed over its band, yesterday thin. All named at their ends. */
export function chartOption(
  model: ChartModel,
  theme: Theme,
  clock: (atMs: number) => string,
  timeZone: string,
): EChartsCoreOption {
  const { trend, scale } = model
  const colours = COLOURS[theme]
  const { startMs, stepMs, values } = trend.now
  const xs = values.map((_, slot) => timeOf(trend.now, slot) + stepMs / 2)
  const points = (of: readonly (number | null)[]) =>
    xs.map((x, slot) => {
      const value = of[slot] ?? null
      return [x, value === null ? null : scale(value)]
    })
  return {
    animation: false,
    textStyle: { fontFamily: '"Inter Variable", sans-serif' },
    grid: GRID,
    xAxis: {
      type: 'value',
      min: startMs,
      max: startMs + stepMs * values.length,
      splitLine: { show: false },
      axisLine: { lineStyle: { color: colours.axis } },
      axisTick: { show: true, customValues: ticksOf(model, timeZone), lineStyle: { color: colours.axis } },
      axisLabel: {
        customValues: ticksOf(model, timeZone),
        formatter: (atMs: number) => clock(atMs),
        color: colours.text,
        fontSize: 11,
        hideOverlap: true,
      },
    },
    yAxis: {
      type: 'value',
      min: 0,
      splitNumber: 2,
      splitLine: { lineStyle: { color: colours.axis } },
      axisLabel: { color: colours.text, fontSize: 11, margin: 6 },
    },
    series: seriesOf(trend, colours, points),
  }
}

type Points = (of: readonly (number | null)[]) => (number | null)[][]

function seriesOf(trend: ChartModel['trend'], colours: Colours, points: Points): object[] {
  const { usual, yesterday, now } = trend
  const line = (
    name: string,
    of: readonly (number | null)[],
    color: string,
    width: number,
    more: object = {},
  ) => ({
    name,
    type: 'line',
    data: points(of),
    showSymbol: false,
    silent: true,
    lineStyle: { color, width, ...more },
    endLabel: {
      show: true,
      formatter: '{a}',
      color,
      fontSize: 11,
      distance: 5,
      fontWeight: width > 1.5 ? 600 : 400,
    },
    labelLayout: { moveOverlap: 'shiftY' },
  })
  const band = usual === null ? [] : bandOf(usual.low, usual.high, colours.band, points)
  return [
    ...band,
    ...(hasValue(yesterday.values) ? [line('yesterday', yesterday.values, colours.yesterday, 1)] : []),
    ...(usual === null ? [] : [line('usual', usual.middle, colours.usual, 1.25, { type: [4, 3] })]),
    line('now', now.values, colours.now, 2),
    lonely(now.values, colours.now, points),
  ]
}

/** A value between two gaps has no line to be seen by: it gets a dot. */
function lonely(values: readonly (number | null)[], color: string, points: Points): object {
  const alone = values.map((value, i) =>
    (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null ? value : null,
  )
  return {
    type: 'line',
    data: points(alone),
    symbol: 'circle',
    symbolSize: 3,
    silent: true,
    itemStyle: { color },
    lineStyle: { width: 0 },
  }
}

/** Lower edge unseen, and the rest stacked upon it. */
function bandOf(
  low: readonly (number | null)[],
  high: readonly (number | null)[],
  color: string,
  points: Points,
) {
  const height = high.map((value, i) =>
    value === null || low[i] === undefined || low[i] === null ? null : value - low[i],
  )
  const common = {
    type: 'line',
    stack: 'band',
    stackStrategy: 'all',
    symbol: 'none',
    silent: true,
    lineStyle: { width: 0 },
  }
  return [
    { ...common, data: points(low) },
    { ...common, data: points(height), areaStyle: { color, opacity: 0.13 } },
  ]
}

function hasValue(values: readonly (number | null)[]): boolean {
  return values.some(value => value !== null)
}
