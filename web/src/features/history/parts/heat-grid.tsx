import { useRef, useState, type KeyboardEvent } from 'react'
import type { IncidentOverview } from '../../../../../src/serve/contract/index.ts'
import { useAddress } from '../../../ui/address.ts'
import { compact } from '../../../ui/format.ts'
import { switchedCell, type HistoryChoice } from '../model/choice.ts'
import { cellAfter, heatRows, type HeatCell } from '../model/figures.ts'
import { weekdayName } from '../model/words.ts'

interface HeatGridProps {
  readonly hours: IncidentOverview['hours']
  readonly choice: HistoryChoice
}

/** From this share of the fullest cell on, its ground is bright enough for the other ink. */
const INK_FROM = 0.535

/** When incidents begin: every hour of the week with its count. A cell chooses its hour; arrow keys walk. */
export function HeatGrid({ hours, choice }: HeatGridProps) {
  const { set } = useAddress()
  const grid = useRef<HTMLDivElement>(null)
  const [[weekday, hour], setFocus] = useState<readonly [number, number]>([1, 8])
  const onKey = (event: KeyboardEvent) => {
    const next = cellAfter(event.key, [weekday, hour])
    if (next === null) return
    event.preventDefault()
    setFocus(next)
    grid.current?.querySelector<HTMLElement>(`[data-cell="${next[0]} ${next[1]}"]`)?.focus()
  }
  return (
    <section className="history-card" aria-labelledby="heat-title">
      <div className="history-card-head">
        <h2 id="heat-title">When they begin</h2>
        <p>hour of the day by weekday, city time</p>
      </div>
      <div className="heat-grid" role="grid" aria-labelledby="heat-title" ref={grid} onKeyDown={onKey}>
        <div className="heat-row" role="row">
          <span role="columnheader">
            <span className="visually-hidden">Weekday</span>
          </span>
          {Array.from({ length: 24 }, (_, each) => (
            <span key={each} role="columnheader">
              <span className={each % 3 === 0 ? undefined : 'visually-hidden'}>
                {String(each).padStart(2, '0')}
              </span>
            </span>
          ))}
        </div>
        {heatRows(hours, choice).map((cells, row) => (
          <div className="heat-row" role="row" key={row}>
            <span role="rowheader" aria-label={weekdayName(row + 1)}>
              {weekdayName(row + 1).slice(0, 3)}
            </span>
            {cells.map(cell => (
              <Cell
                key={cell.hour}
                cell={cell}
                tabbable={cell.weekday === weekday && cell.hour === hour}
                onFocus={() => setFocus([cell.weekday, cell.hour])}
                onChoose={() => set({ ...switchedCell(choice, cell.weekday, cell.hour), moment: null })}
              />
            ))}
          </div>
        ))}
      </div>
    </section>
  )
}

interface CellProps {
  readonly cell: HeatCell
  readonly tabbable: boolean
  readonly onFocus: () => void
  readonly onChoose: () => void
}

function Cell({ cell, tabbable, onFocus, onChoose }: CellProps) {
  return (
    <span
      role="gridcell"
      tabIndex={tabbable ? 0 : -1}
      data-cell={`${cell.weekday} ${cell.hour}`}
      data-chosen={cell.chosen}
      data-full={cell.share >= INK_FROM}
      aria-label={cell.label}
      aria-selected={cell.chosen}
      title={cell.label}
      style={{ '--share': cell.share } as React.CSSProperties}
      onFocus={onFocus}
      onClick={onChoose}
      onKeyDown={event => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        onChoose()
      }}
    >
      <b aria-hidden="true">{cell.incidents === 0 ? '' : compact(cell.incidents)}</b>
    </span>
  )
}
