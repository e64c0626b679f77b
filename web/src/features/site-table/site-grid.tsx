import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState, type CSSProperties, type KeyboardEvent } from 'react'
import { useAddress } from '../../ui/address.ts'
import { targetRow } from '../../ui/shortcuts.ts'
import { SiteTableRow } from './site-table-row.tsx'
import type { Column, SiteRow, Sort } from './view-model.ts'

const ROW_REM = 2.125
/** Rows of the first paint, before the list has measured itself. */
const OVERSCAN = 12

export interface SiteGridProps {
  readonly rows: readonly SiteRow[]
  readonly sort: Sort
  readonly onSort: (sort: Sort) => void
  readonly columns: readonly Column[]
}

/** The rows in sight of many; one of them is in the tab order, j and k walk, Enter chooses. */
export function SiteGrid({ rows, sort, onSort, columns }: SiteGridProps) {
  const { site, set } = useAddress()
  const scroller = useRef<HTMLDivElement>(null)
  const [focus, setFocus] = useState(() => Math.max(0, rows.map(row => row.id).indexOf(site ?? '')))
  const tracks = tracksOf(columns)
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
      <Head {...{ sort, onSort, columns, tracks }} />
      <div className="site-grid-body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]
          if (row === undefined) return null
          return (
            <SiteTableRow
              key={row.id}
              row={row}
              columns={columns}
              tracks={tracks}
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

/** The same tracks for the head and every row: each column's least width, and its share of what is left. */
function tracksOf(columns: readonly Column[]): CSSProperties {
  return {
    gridTemplateColumns: columns
      .map(({ key }) => `minmax(var(--least-${key}), var(--share-${key}))`)
      .join(' '),
    minWidth: `calc(${columns.map(({ key }) => `var(--least-${key})`).join(' + ')} + 1.75rem)`,
  }
}

type HeadProps = Pick<SiteGridProps, 'sort' | 'onSort' | 'columns'> & { readonly tracks: CSSProperties }

function Head({ sort, onSort, columns, tracks }: HeadProps) {
  return (
    <div className="site-grid-head" role="row" aria-rowindex={1} style={tracks}>
      {columns.map(({ key, label, numeric }) => (
        <div
          key={key}
          role="columnheader"
          data-column={key}
          data-numeric={numeric}
          aria-sort={sort.key !== key ? 'none' : sort.descending ? 'descending' : 'ascending'}
        >
          <button
            type="button"
            onClick={() => onSort({ key, descending: sort.key === key ? !sort.descending : numeric })}
          >
            {label}
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
