import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { useAddress, useTimeZone } from '../../../ui/address.ts'
import { clock, date } from '../../../ui/city-time.ts'
import { UNKNOWN } from '../../../ui/format.ts'
import { targetRow } from '../../../ui/shortcuts.ts'
import { visible } from '../../../ui/visible.ts'
import { sorted, type PlacedIncident, type Sort, type SortKey } from '../model/places.ts'
import { familyOf, placeName, typeLabel } from '../model/words.ts'
import { FamilySign } from './legend.tsx'

const ROW_REM = 2.125
const OVERSCAN = 10
const COLUMNS: readonly { readonly key: SortKey; readonly label: string }[] = [
  { key: 'time', label: 'Began' },
  { key: 'type', label: 'Type' },
  { key: 'title', label: 'Where' },
  { key: 'community', label: 'Community' },
]

/** The rows in sight of many, as on the map; j and k walk, Enter opens. */
export function IncidentTable({ incidents }: { incidents: readonly PlacedIncident[] }) {
  const { history, set } = useAddress()
  const scroller = useRef<HTMLDivElement>(null)
  const [sort, setSort] = useState<Sort>({ key: 'time', descending: true })
  const [focus, setFocus] = useState(0)
  const rows = useMemo(() => sorted(incidents, sort), [incidents, sort])
  const virtual = useVirtualRows(scroller, rows.length)
  const onKey = (event: KeyboardEvent) => {
    const next = targetRow(event.key, focus, rows.length)
    if (next === null || (event.target as HTMLElement).closest('[role="columnheader"]') !== null) return
    event.preventDefault()
    setFocus(next)
    virtual.scrollToIndex(next)
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[aria-rowindex="${next + 2}"]`)?.focus(),
    )
  }
  return (
    <div
      className="incident-grid"
      role="grid"
      aria-label="Incidents"
      aria-rowcount={rows.length + 1}
      ref={scroller}
      onKeyDown={onKey}
    >
      <Head sort={sort} onSort={setSort} />
      <div className="incident-grid-body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const incident = rows[index]
          if (incident === undefined) return null
          return (
            <Row
              key={incident.id}
              incident={incident}
              rowIndex={index + 2}
              top={start}
              chosen={incident.id === history.incident}
              tabbable={index === Math.min(focus, rows.length - 1)}
              onFocus={() => setFocus(index)}
              onChoose={() => set({ incident: incident.id === history.incident ? null : incident.id })}
            />
          )
        })}
      </div>
    </div>
  )
}

function Head({ sort, onSort }: { sort: Sort; onSort: (sort: Sort) => void }) {
  return (
    <div className="incident-grid-head" role="row" aria-rowindex={1}>
      {COLUMNS.map(({ key, label }) => (
        <div
          key={key}
          role="columnheader"
          aria-sort={sort.key !== key ? 'none' : sort.descending ? 'descending' : 'ascending'}
        >
          <button
            type="button"
            onClick={() => onSort({ key, descending: sort.key === key ? !sort.descending : key === 'time' })}
          >
            {label} <span aria-hidden="true">{sort.key !== key ? '' : sort.descending ? '↓' : '↑'}</span>
          </button>
        </div>
      ))}
    </div>
  )
}

interface RowProps {
  readonly incident: PlacedIncident
  readonly rowIndex: number
  readonly top: number
  readonly chosen: boolean
  readonly tabbable: boolean
  readonly onFocus: () => void
  readonly onChoose: () => void
}

function Row({ incident, rowIndex, top, chosen, tabbable, onFocus, onChoose }: RowProps) {
  const timeZone = useTimeZone()
  const { atMs, type, title, community } = incident
  return (
    <div
      className="incident-row"
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={chosen}
      tabIndex={tabbable ? 0 : -1}
      style={{ transform: `translateY(${top}px)` }}
      onFocus={onFocus}
      onClick={onChoose}
      onKeyDown={event => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        onChoose()
      }}
    >
      <div role="gridcell">
        {date(atMs, timeZone)} <b>{clock(atMs, timeZone)}</b>
      </div>
      <div role="gridcell">
        <FamilySign family={familyOf(type)} /> {typeLabel(type)}
      </div>
      <div role="gridcell">{title === null ? UNKNOWN : visible(title)}</div>
      <div role="gridcell">{community === null ? UNKNOWN : visible(placeName(community))}</div>
    </div>
  )
}

/** Rows follow the text size that the reader has set. */
function useVirtualRows(scroller: React.RefObject<HTMLDivElement | null>, count: number) {
  const rowPx = ROW_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are called here, never memoized
  return useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
  })
}
