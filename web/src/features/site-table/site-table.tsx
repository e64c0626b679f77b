import './site-table.css'
import { useVirtualizer } from '@tanstack/react-virtual'
import { IconSearch } from '@tabler/icons-react'
import { useRef, useState, type KeyboardEvent } from 'react'
import { useLiveSlice } from '../../api/live-context.tsx'
import { usePlaces } from '../../api/places.ts'
import { measureOf } from '../../map/bands.ts'
import { useAddress, useUnits } from '../../ui/address.ts'
import { useCalmOrder, useHeld } from '../../ui/calm-order.ts'
import { speedUnit } from '../../ui/format.ts'
import { EmptyNote, ErrorNote, Skeleton } from '../../ui/notes.tsx'
import { targetRow } from '../../ui/shortcuts.ts'
import { SiteTableRow } from './site-table-row.tsx'
import { arrange, siteRows, type Sort, type SortKey } from './view-model.ts'

const ROW_REM = 2.125
/** Rows of the first paint, before the list has measured itself. */
const OVERSCAN = 12

/** The same sites as the map and the same choice, in rows; for screen readers, keyboards and people who think in tables. */
export function SiteTable() {
  const { places, error, refetch, isPending } = usePlaces()
  const state = useLiveSlice(view => view.state)
  const units = useUnits()
  const { district } = useAddress()
  const [filter, setFilter] = useState('')
  const [sort, setSort] = useState<Sort>({ key: 'grade', descending: true })
  const { held, handlers } = useHeld()

  const sites = state?.sites ?? new Map<string, never>()
  const all = siteRows(places.byId, sites, measureOf(sites.values()), units, state?.city.at ?? null)
  const ofDistrict =
    district === null ? all : all.filter(row => places.byId.get(row.id)?.district === district)
  const arranged = arrange(ofDistrict, filter, sort)
  const byId = new Map(arranged.map(row => [row.id, row]))
  const signature = `${filter}|${sort.key}|${sort.descending}|${district ?? ''}`
  const order = useOrder([...byId.keys()], held, signature)
  const rows = order.flatMap(id => byId.get(id) ?? [])

  if (error !== null) return <ErrorNote error={error} onRetry={() => void refetch()} />
  return (
    <section className="site-table" aria-label="Sites as a table">
      <label className="site-filter">
        <IconSearch aria-hidden="true" />
        <span className="visually-hidden">Filter sites</span>
        <input
          type="search"
          placeholder="Filter by name, id, district or grade"
          value={filter}
          onChange={event => setFilter(event.target.value)}
        />
        <span aria-live="polite">{rows.length} sites</span>
      </label>
      {isPending ? (
        <Skeleton height="20rem" label="Loading sites" />
      ) : rows.length === 0 ? (
        <EmptyNote title="No site fits">
          {filter === '' ? 'Sites appear with their first reading.' : 'Shorten the filter.'}
        </EmptyNote>
      ) : (
        <div className="site-grid-hold" {...handlers}>
          <Grid rows={rows} sort={sort} onSort={setSort} unit={speedUnit(units)} />
        </div>
      )}
    </section>
  )
}

/** Calm while held, but a new filter or sort is obeyed at once. */
function useOrder(wanted: readonly string[], held: boolean, signature: string): readonly string[] {
  const [last, setLast] = useState(signature)
  const changed = last !== signature
  if (changed) setLast(signature)
  return useCalmOrder(wanted, held && !changed)
}

const COLUMNS: readonly { key: SortKey; label: string; numeric: boolean }[] = [
  { key: 'grade', label: 'Grade', numeric: false },
  { key: 'name', label: 'Site', numeric: false },
  { key: 'district', label: 'District', numeric: false },
  { key: 'wait', label: 'Wait, s', numeric: true },
  { key: 'speed', label: 'Speed', numeric: true },
  { key: 'vehicles', label: 'Vehicles', numeric: true },
  { key: 'queue', label: 'Queue', numeric: true },
  { key: 'at', label: 'Last', numeric: true },
]

interface GridProps {
  readonly rows: ReturnType<typeof siteRows>
  readonly sort: Sort
  readonly onSort: (sort: Sort) => void
  readonly unit: string
}

function Grid({ rows, sort, onSort, unit }: GridProps) {
  const { site, set } = useAddress()
  const scroller = useRef<HTMLDivElement>(null)
  const rowPx = useRowPx()
  const [focus, setFocus] = useState(() =>
    Math.max(
      0,
      rows.findIndex(row => row.id === site),
    ),
  )
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
    initialOffset: focus > 10 ? focus * rowPx : 0,
  })
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
      className="site-grid"
      role="grid"
      aria-label="Sites"
      aria-rowcount={rows.length + 1}
      onKeyDown={onKey}
      ref={scroller}
    >
      <div className="site-grid-head" role="row" aria-rowindex={1}>
        {COLUMNS.map(({ key, label, numeric }) => (
          <div
            key={key}
            role="columnheader"
            data-numeric={numeric}
            aria-sort={sort.key === key ? (sort.descending ? 'descending' : 'ascending') : 'none'}
          >
            <button
              type="button"
              onClick={() => onSort({ key, descending: sort.key === key ? !sort.descending : numeric })}
            >
              {key === 'speed' ? `${label}, ${unit}` : label}
              <span className="sort-arrow" aria-hidden="true">
                {sort.key === key ? (sort.descending ? '↓' : '↑') : ''}
              </span>
            </button>
          </div>
        ))}
      </div>
      <div className="site-grid-body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]
          if (row === undefined) return null
          return (
            <SiteTableRow
              key={row.id}
              row={row}
              rowIndex={index + 2}
              top={start}
              chosen={row.id === site}
              tabbable={index === Math.min(focus, rows.length - 1)}
              onFocus={() => setFocus(index)}
              onChoose={() => set({ site: row.id === site ? null : row.id })}
            />
          )
        })}
      </div>
    </div>
  )
}

/** Follows the text size that the reader has set. */
function useRowPx(): number {
  return ROW_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
}
