import { GlyphIcon } from '../../map/overlay/sign.tsx'
import { useTimeZone, useUnits } from '../../ui/address.ts'
import { clock } from '../../ui/city-time.ts'
import { quantity } from '../../ui/format.ts'
import type { ForecastRow } from './queries.ts'
import { conditionWords, foretoldRain, glyphOf, temperature } from './view-model.ts'

export function ForecastSteps({ steps }: { steps: readonly ForecastRow[] }) {
  const units = useUnits()
  const timeZone = useTimeZone()
  return (
    <ol className="weather-steps">
      {steps.map(step => (
        <li key={step.valid_at} className="weather-step">
          <time dateTime={new Date(step.valid_at).toISOString()}>{clock(step.valid_at, timeZone)}</time>
          <GlyphIcon of={glyphOf(step.condition)} size={18} />
          <span>{quantity(temperature(step.temperature_c, units))}</span>
          <span>
            {[conditionWords(step.condition), foretoldRain(step, units)].filter(Boolean).join(', ')}
          </span>
        </li>
      ))}
    </ol>
  )
}
