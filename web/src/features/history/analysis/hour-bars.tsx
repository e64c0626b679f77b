import { hourWords, type Risk } from '../model/risk.ts'

const HEIGHT = 36

/** Expected incidents by hour as bars, the peak said in words. */
export function HourBars({ hours, values }: { hours: Risk['hours']; values: readonly number[] }) {
  const top = Math.max(1e-9, ...values)
  const peak = values.indexOf(top)
  return (
    <div
      className="hour-bars"
      role="img"
      aria-label={`By hour: most at ${hourWords(hours, peak)}, ${top.toFixed(2)} expected`}
    >
      <svg viewBox={`0 0 ${values.length * 10} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {values.map((value, i) => (
          <rect
            key={hourWords(hours, i)}
            data-peak={i === peak}
            x={i * 10 + 1}
            width={8}
            y={HEIGHT - (value / top) * HEIGHT}
            height={(value / top) * HEIGHT}
          />
        ))}
      </svg>
      <p aria-hidden="true">
        {[0, 6, 12, 18].map(i => (
          <span key={i}>{String(hours[i]?.hour ?? 0).padStart(2, '0')}:00</span>
        ))}
      </p>
    </div>
  )
}
