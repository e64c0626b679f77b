import type { ReactNode, Ref } from 'react'
import { useLiveSlice } from '../../api/live-context.tsx'
import { usePlaces } from '../../api/places.ts'
import { bandsOf, stepsShown, toggleMark, UNKNOWN_MARK, type Measure } from '../../map/bands.ts'
import { Mark } from '../../map/marks/mark.tsx'
import { useAddress } from '../../ui/address.ts'
import type { Units } from '../../ui/format.ts'
import { tally } from './view-model.ts'

interface LegendProps {
  readonly measure: Measure
  readonly units: Units
  readonly ref: Ref<HTMLElement>
  readonly layers: ReactNode
}

/** What the marks mean, and how many there are of each: the city at a glance. A row chosen hides the others, here and in the table. */
export function Legend({ measure, units, ref, layers }: LegendProps) {
  const { places } = usePlaces()
  const state = useLiveSlice(view => view.state)
  const { steps, unknown } = tally(
    places.byId.keys(),
    state?.sites ?? new Map(),
    measure,
    units,
    state?.city.at ?? null,
  )
  const { grades, set } = useAddress()
  const bands = bandsOf(measure, units)
  const shown = stepsShown(grades, bands)
  const most = Math.max(1, ...steps, unknown)
  const rows: Row[] = bands.map(({ step, mark, label, short }) => ({
    ...{ step, mark, label, short, name: mark, count: steps[step] ?? 0 },
  }))
  // While it is chosen it stays, so that the choice can be taken back.
  if (unknown > 0 || shown?.has(null) === true)
    rows.push({
      step: null,
      mark: '',
      name: UNKNOWN_MARK,
      label: 'unknown or silent',
      short: 'unknown',
      count: unknown,
    })
  const notPlaced = places.byId.size - places.onMap.length
  return (
    <aside className="legend" ref={ref} aria-label="Legend">
      <h2>{measure === 'delay' ? 'Estimated delay grade, mean wait' : 'Mean speed, last 5 min'}</h2>
      <ul>
        {rows.map(row => (
          <LegendRow
            key={row.name}
            {...row}
            most={most}
            shown={shown === null || shown.has(row.step)}
            filtered={shown !== null}
            onToggle={() => set({ grades: toggleMark(grades, row.name, bands) })}
          />
        ))}
      </ul>
      {shown !== null && (
        <button type="button" className="text-button legend-all" onClick={() => set({ grades: null })}>
          Show all
        </button>
      )}
      {notPlaced > 0 && (
        <p className="legend-note">
          {notPlaced === 1 ? '1 site has' : `${notPlaced} sites have`} no place; see the table.
        </p>
      )}
      {layers}
    </aside>
  )
}

interface Row {
  readonly step: number | null
  readonly mark: string
  /** In the address. */
  readonly name: string
  readonly label: string
  readonly short: string
  readonly count: number
}

interface LegendRowProps extends Row {
  readonly most: number
  readonly shown: boolean
  readonly filtered: boolean
  readonly onToggle: () => void
}

/** A step, and the switch that shows it alone or beside others. */
function LegendRow({ step, mark, label, short, count, most, shown, filtered, onToggle }: LegendRowProps) {
  return (
    <li>
      <button
        type="button"
        className="legend-row"
        aria-pressed={filtered && shown}
        data-hidden={!shown}
        title={filtered && shown ? 'Take it out of what is shown' : 'Show only what is chosen'}
        onClick={onToggle}
      >
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
      </button>
    </li>
  )
}
