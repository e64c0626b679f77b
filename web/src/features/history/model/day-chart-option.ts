import type { EChartsCoreOption } from 'echarts/core'
import type { IncidentOverview } from '../../../../../src/serve/contract/index.ts'
import { DAY_MS } from '../../../../../src/serve/contract/spans.ts'
import type { Theme } from '../../../map/ramp.ts'
import { niceTop } from '../../../ui/chart/end-labels.ts'
import { gapsOf, weeklyMean } from './days.ts'
import { dayAfter } from './choice.ts'
import { trendOn, type Change, type Trend } from './trend.ts'

type Day = IncidentOverview['days'][number]

const COLOURS: Record<
  Theme,
  Record<'day' | 'mean' | 'trend' | 'change' | 'axis' | 'text' | 'gap', string>
> = {
  dark: {
    day: '#5b7ea3',
    mean: '#7cbcff',
    trend: '#7cbcff',
    change: '#ffb86b',
    axis: '#232b37',
    text: '#8591a1',
    gap: '#ffffff0d',
  },
  light: {
    day: '#93b4d9',
    mean: '#0a5cbb',
    trend: '#0a5cbb',
    change: '#a34a00',
    axis: '#dde2e9',
    text: '#5d6877',
    gap: '#0b0e130d',
  },
}
/** Room for the axis and the direct labels. */
export const DAY_GRID = { left: 36, right: 12, top: 18, bottom: 22 }
/** From so many days on, a day is a pixel: the mean of the week leads, and the days stand behind it. */
const MANY_DAYS = 60

/** Each day, and the mean of the week around it. A gap breaks both lines, and its ground is shaded and says so. */
export function dayChartOption(
  days: readonly Day[],
  theme: Theme,
  trend: Trend | null = null,
): EChartsCoreOption {
  const colours = COLOURS[theme]
  const top = niceTop(days.map(day => day.incidents))
  const many = days.length > MANY_DAYS
  const daily = days.map(({ day, incidents }) => [noonOf(day), incidents])
  const mean = weeklyMean(days).map((value, i) => [noonOf(days[i]?.day ?? ''), value])
  const line = { type: 'line', showSymbol: false, silent: true }
  return {
    animation: false,
    textStyle: { fontFamily: '"Inter Variable", system-ui, sans-serif' },
    grid: DAY_GRID,
    xAxis: {
      type: 'time',
      min: Date.parse(days[0]?.day ?? ''),
      max: Date.parse(dayAfter(days.at(-1)?.day ?? '1970-01-01', 1)),
      axisLine: { lineStyle: { color: colours.axis } },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: { color: colours.text, fontSize: 11, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: top,
      interval: top / 2,
      splitLine: { lineStyle: { color: colours.axis } },
      axisLabel: { color: colours.text, fontSize: 11, margin: 6 },
    },
    series: [
      ...gapGround(days, top, colours.gap),
      {
        ...line,
        data: daily,
        symbol: 'circle',
        symbolSize: 3,
        showSymbol: !many && days.length < 40,
        lineStyle: { color: many ? colours.day : colours.mean, width: many ? 0.75 : 1.75 },
        itemStyle: { color: colours.mean },
      },
      ...(many && trend === null
        ? [{ ...line, data: mean, lineStyle: { color: colours.mean, width: 2 } }]
        : []),
      ...(trend === null ? [] : trendLines(days, trend, top, colours)),
      ...lonely(days, colours.mean),
    ],
  }
}

/** The trend, and an upright line with a number where the level changed: dotted where rather the recording did. */
function trendLines(
  days: readonly Day[],
  trend: Trend,
  top: number,
  colours: (typeof COLOURS)[Theme],
): object[] {
  const inSight = new Set(days.map(({ day }) => day))
  const line = { type: 'line', showSymbol: false, silent: true }
  const upright = ({ day, is_of_recording: isOfRecording }: Change, number: number) => ({
    ...line,
    data: [
      [Date.parse(day), 0],
      [Date.parse(day), top],
    ],
    lineStyle: { color: colours.change, type: isOfRecording ? 'dotted' : 'solid', width: 1.5 },
    endLabel: {
      ...{ show: true, formatter: String(number), distance: 1, offset: [-3, -8] },
      ...{ color: colours.change, fontSize: 11, fontWeight: 600 },
    },
  })
  return [
    {
      ...line,
      data: trendOn(trend, days).map((value, i) => [noonOf(days[i]?.day ?? ''), value]),
      lineStyle: { color: colours.trend, width: 2.5 },
    },
    ...trend.changes.flatMap((change, i) => (inSight.has(change.day) ? [upright(change, i + 1)] : [])),
  ]
}

const noonOf = (day: string) => Date.parse(day) + DAY_MS / 2

/** Areas from the ground to the top over the days of a gap. */
function gapGround(days: readonly Day[], top: number, color: string): object[] {
  return gapsOf(days).map(({ from, to }) => ({
    type: 'line',
    data: [
      [Date.parse(from), top],
      [Date.parse(dayAfter(to, 1)), top],
    ],
    symbol: 'none',
    silent: true,
    lineStyle: { width: 0 },
    areaStyle: { color, opacity: 1 },
  }))
}

/** A day between two gaps has no line to be seen by. */
function lonely(days: readonly Day[], color: string): object[] {
  const alone = days.filter(
    ({ incidents }, i) =>
      incidents !== null &&
      (days[i - 1]?.incidents ?? null) === null &&
      (days[i + 1]?.incidents ?? null) === null,
  )
  if (alone.length === 0) return []
  return [
    {
      type: 'line',
      data: alone.map(({ day, incidents }) => [noonOf(day), incidents]),
      symbol: 'circle',
      symbolSize: 4,
      showSymbol: true,
      silent: true,
      itemStyle: { color },
      lineStyle: { width: 0 },
    },
  ]
}
