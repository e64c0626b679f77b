import type { EChartsCoreOption } from 'echarts/core'
import type { Theme } from '../../map/ramp.ts'
import { timeOf } from '../../analysis/series.ts'
import { ticksOf, type ChartModel } from './chart-model.ts'
import { niceTop, spreadLabels } from './end-labels.ts'

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
export const GRID = { left: 40, right: 62, top: 10, bottom: 22 }

interface Drawing {
  readonly colours: Colours
  readonly points: (of: readonly (number | null)[]) => (number | null)[][]
  readonly top: number
  /** Of the plot without its margins. */
  readonly heightPx: number
}

/** The option of one chart; today heavy (dotted where cameras counted), usual dashed over its band, yesterday thin. All named at their ends. */
export function chartOption(
  model: ChartModel,
  theme: Theme,
  clock: (atMs: number) => string,
  timeZone: string,
  heightPx: number,
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
  const { usual } = trend
  const top = niceTop(
    [values, trend.yesterday.values, usual?.middle ?? [], usual?.high ?? []]
      .flat()
      .map(value => (value === null ? null : scale(value))),
  )
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
      max: top,
      interval: top / 2,
      splitLine: { lineStyle: { color: colours.axis } },
      axisLabel: { color: colours.text, fontSize: 11, margin: 6, formatter: compactTick },
    },
    series: seriesOf(trend, { colours, points, top, heightPx: heightPx - GRID.top - GRID.bottom }),
  }
}

function compactTick(value: number): string {
  return value >= 1_000 ? `${value / 1_000}K` : String(value)
}

function seriesOf({ now, usual, yesterday, byCamera }: ChartModel['trend'], drawing: Drawing): object[] {
  const { colours, points } = drawing
  const measured = now.values.map((value, slot) => (byCamera[slot] === true ? null : value))
  // Up to its neighbours, so that the line does not break.
  const counted = now.values.map((value, slot) =>
    [slot - 1, slot, slot + 1].some(near => byCamera[near] === true) ? value : null,
  )
  const named = [
    { name: 'yesterday', values: yesterday.values, color: colours.yesterday, width: 1, type: 'solid' },
    { name: 'usual', values: usual?.middle ?? [], color: colours.usual, width: 1.25, type: [4, 3] },
    { name: 'now', values: now.values, color: colours.now, width: 2, type: 'solid' },
  ].filter(({ values }) => values.some(value => value !== null))
  const drawn = [
    ...named.map(line => (line.name === 'now' ? { ...line, values: measured } : line)),
    { name: 'by camera', values: counted, color: colours.now, width: 2, type: 'dotted' },
  ].filter(({ values }) => values.some(value => value !== null))
  const lines = drawn.map(({ name, values, color, width, type }) => ({
    name,
    type: 'line',
    data: points(values),
    showSymbol: false,
    silent: true,
    lineStyle: { color, width, type },
  }))
  const band = usual === null ? [] : bandOf(usual.low, usual.high, drawing)
  return [
    ...band,
    ...lines,
    lonely(now.values, drawing),
    namesOf(named, timeOf(now, now.values.length), drawing),
  ]
}

interface Named {
  readonly name: string
  readonly values: readonly (number | null)[]
  readonly color: string
}

/** The lines' names at the right edge of the plot, each at the height of its line's last value: unseen points with labels. */
function namesOf(named: readonly Named[], endMs: number, { points, top, heightPx }: Drawing): object {
  const lasts = named.map(({ values }) => points(values).findLast(([, value]) => value !== null)?.[1] ?? 0)
  const shifts = spreadLabels(lasts.map(last => heightPx * (1 - last / top)))
  return {
    type: 'line',
    data: named.map(({ name, color }, i) => ({
      value: [endMs, lasts[i]],
      label: {
        show: true,
        formatter: name,
        color,
        fontSize: 11,
        position: 'right',
        distance: 5,
        offset: [0, shifts[i] ?? 0],
        fontWeight: name === 'now' ? 600 : 400,
      },
    })),
    symbol: 'circle',
    symbolSize: 1,
    silent: true,
    clip: false,
    itemStyle: { color: 'transparent' },
    lineStyle: { width: 0 },
  }
}

/** A value between two gaps has no line to be seen by: it gets a dot. */
function lonely(values: readonly (number | null)[], { colours, points }: Drawing): object {
  const alone = values.map((value, i) =>
    (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null ? value : null,
  )
  return {
    type: 'line',
    data: points(alone),
    symbol: 'circle',
    symbolSize: 3,
    silent: true,
    itemStyle: { color: colours.now },
    lineStyle: { width: 0 },
  }
}

/** Lower edge unseen, and the rest stacked upon it. */
function bandOf(
  low: readonly (number | null)[],
  high: readonly (number | null)[],
  { colours, points }: Drawing,
): object[] {
  const height = high.map((value, i) => {
    const from = low[i] ?? null
    return value === null || from === null ? null : value - from
  })
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
    { ...common, data: points(height), areaStyle: { color: colours.band, opacity: 0.13 } },
  ]
}
