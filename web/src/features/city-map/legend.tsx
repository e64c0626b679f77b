import type { Ref } from 'react'
import { useLiveSlice } from '../../api/live-context.tsx'
import { usePlaces } from '../../api/places.ts'
import { bandsOf, type Measure } from '../../map/bands.ts'
import { Mark } from '../../map/mark.tsx'
import type { Units } from '../../ui/format.ts'
import { tally } from './view-model.ts'

interface LegendProps {
  readonly measure: Measure
  readonly units: Units
  readonly ref: Ref<HTMLElement>
}

/** What the marks mean, and how many there are of each: the city at a glance. */
export function Legend({ measure, units, ref }: LegendProps) {
  const { places } = usePlaces()
  const state = useLiveSlice(view => view.state)
  const { steps, unknown } = tally(
    places.byId.keys(),
    state?.sites ?? new Map(),
    measure,
    units,
    state?.city.at ?? null,
  )
  const most = Math.max(1, ...steps, unknown)
  const notPlaced = places.byId.size - places.onMap.length
  return (
    <aside className="legend" ref={ref} aria-label="Legend">
      <h2>{measure === 'delay' ? 'Estimated delay grade, mean wait' : 'Mean speed, last 5 min'}</h2>
      <ul>
        {bandsOf(measure, units).map(band => (
          <LegendRow key={band.step} {...band} count={steps[band.step] ?? 0} most={most} />
        ))}
        {unknown > 0 && (
          <LegendRow
            step={null}
            mark=""
            label="unknown or silent"
            short="unknown"
            count={unknown}
            most={most}
          />
        )}
      </ul>
      {notPlaced > 0 && (
        <p className="legend-note">
          {notPlaced === 1 ? '1 site has' : `${notPlaced} sites have`} no place; see the table.
        </p>
      )}
    </aside>
  )
}

interface LegendRowProps {
  readonly step: number | null
  readonly mark: string
  readonly label: string
  readonly short: string
  readonly count: number
  readonly most: number
}

function LegendRow({ step, mark, label, short, count, most }: LegendRowProps) {
  return (
    <li>
      <Mark step={step} mark={mark} />
      <span className="legend-label">{label}</span>
      <span className="legend-bar" aria-hidden="true">
        <span
          style={{
            width: `${(count / most) * 100}%`,
            background: step === null ? 'var(--unknown)' : `var(--step-${step})`,
          }}
        />
      </span>
      <span className="legend-count">
        {count}
        <span className="visually-hidden"> sites</span>
      </span>
      <span className="legend-short" aria-hidden="true">
        {short}
      </span>
    </li>
  )
}
