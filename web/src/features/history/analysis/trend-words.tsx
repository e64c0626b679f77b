import './analysis.css'
import { changeWords, weekWords, type Trend } from '../model/trend.ts'

interface TrendWordsProps {
  readonly trend: Trend
  /** The days in sight. */
  readonly days: readonly { readonly day: string }[]
}

/** What the line shows, in words: when the level changed, and the pattern of the week. */
export function TrendWords({ trend, days }: TrendWordsProps) {
  if (trend.is_too_short)
    return (
      <p className="history-note">
        Fewer than eight weeks with data: too short for a trend. Choose more days.
      </p>
    )
  const inSight = new Set(days.map(({ day }) => day))
  const changes = trend.changes
    .map((change, i) => ({ change, number: i + 1 }))
    .filter(({ change }) => inSight.has(change.day))
  const week = weekWords(trend)
  return (
    <div className="day-chart-changes">
      {changes.length === 0 ? (
        <p>The level did not change by more than the days scatter.</p>
      ) : (
        <ol>
          {changes.map(({ change, number }) => (
            <li key={change.day}>
              <b>{number}</b> {changeWords(change)}
            </li>
          ))}
        </ol>
      )}
      {week !== null && <p>In the week: {week}.</p>}
    </div>
  )
}
