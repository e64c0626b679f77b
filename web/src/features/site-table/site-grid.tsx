import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState, type KeyboardEvent } from 'react'
import { useAddress } from '../../ui/address.ts'
import { targetRow } from '../../ui/shortcuts.ts'
import { SiteTableRow } from './site-table-row.tsx'
import type { SiteRow, Sort, SortKey } from './view-model.ts'

const ROW_REM = 2.125
/** Rows of the first paint, before the list has measured itself. */
const OVERSCAN = 12

export interface SiteGridProps {
  readonly rows: readonly SiteRow[]
  readonly sort: Sort
  readonly onSort: (sort: Sort) => void
  readonly unit: string
}

/** The rows in sight of many; one of them is in the tab order, j and k walk, Enter chooses. */
export function SiteGrid({ rows, sort, onSort, unit }: SiteGridProps) {
  const { site, set } = useAddress()
  const scroller = useRef<HTMLDivElement>(null)
  const [focus, setFocus] = useState(() => Math.max(0, rows.map(row => row.id).indexOf(site ?? '')))
  const virtual = useVirtualRows(scroller, rows.length, focus)
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
      <Head sort={sort} onSort={onSort} unit={unit} />
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

function Head({ sort, onSort, unit }: Pick<SiteGridProps, 'sort' | 'onSort' | 'unit'>) {
  return (
    <div className="site-grid-head" role="row" aria-rowindex={1}>
      {COLUMNS.map(({ key, label, numeric }) => (
        <div
          key={key}
          role="columnheader"
          data-numeric={numeric}
          aria-sort={sort.key !== key ? 'none' : sort.descending ? 'descending' : 'ascending'}
        >
          <button
            type="button"
            onClick={() => onSort({ key, descending: sort.key === key ? !sort.descending : numeric })}
          >
            {key === 'speed' ? `${label}, ${unit}` : label}
            <span className="sort-arrow" aria-hidden="true">
              {sort.key !== key ? '' : sort.descending ? '↓' : '↑'}
            </span>
          </button>
        </div>
      ))}
    </div>
  )
}

/** Rows follow the text size that the reader has set. */
function useVirtualRows(scroller: React.RefObject<HTMLDivElement | null>, count: number, focus: number) {
  const rowPx = ROW_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are called here, never memoized
  return useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
    initialOffset: focus > 10 ? focus * rowPx : 0,
  })
}
