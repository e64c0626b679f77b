import { isChance, ratioAt, type Ratio } from './ratio.ts'

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
