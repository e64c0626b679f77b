import { isChance, ratioAt, TICKS, times, type Ratio } from './ratio.ts'

/** A ratio with its interval on a scale of a quarter to four times; the words beside it say the same. */
export function RatioLine({ ratio }: { ratio: Ratio | null }) {
  if (ratio?.value == null) return <span className="ratio-line" aria-hidden="true" />
  const { value, low, high } = ratio
  const percent = (share: number) => `${(share * 100).toFixed(2)}%`
  return (
    <span
      className="ratio-line"
      aria-hidden="true"
      data-chance={isChance(ratio)}
      style={
        {
          '--from': percent(ratioAt(low)),
          '--to': percent(ratioAt(high ?? Infinity)),
          '--at': percent(ratioAt(value)),
        } as React.CSSProperties
      }
    >
      <i />
      <b />
    </span>
  )
}

/** The scale of the lines below it. */
export function RatioTicks() {
  return (
    <span className="ratio-ticks" aria-hidden="true">
      {TICKS.map(tick => (
        <i key={tick} style={{ left: `${ratioAt(tick) * 100}%` }}>
          {times(tick).replace(/\.?0+$/, '')}
        </i>
      ))}
    </span>
  )
}
