import './virtual-grid.css'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react'
import { focusRow, targetRow } from '../shortcuts.ts'
import { ariaSort, nextSort, tracksOf, type GridColumn, type Sort } from './grid-model.ts'

const ROW_REM = 2.125
/** Rows of the first paint, before the list has measured itself. */
const OVERSCAN = 12
/** A chosen row further down than this is scrolled to at once. */
const IN_SIGHT = 10

export interface VirtualGridProps<R extends { readonly id: string }, K extends string> {
  readonly label: string
  /** Of the style: says the columns' widths as --least-<key> and --share-<key>. */
  readonly className: string
  readonly columns: readonly GridColumn<K>[]
  /** In the order of the sort. */
  readonly rows: readonly R[]
  readonly sort: Sort<K>
  readonly onSort: (sort: Sort<K>) => void
  readonly chosen: string | null
  /** Chosen again, a row is let go: null. */
  readonly onChoose: (id: string | null) => void
  readonly cell: (row: R, key: K) => ReactNode
  /** What is there, but not of now. */
  readonly isFaint?: (row: R) => boolean
}

/** The rows in sight of many; one of them is in the tab order, j and k walk, Enter chooses. */
export function VirtualGrid<R extends { readonly id: string }, K extends string>(
  props: VirtualGridProps<R, K>,
) {
  const { label, className, columns, rows, chosen, onChoose } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [focus, setFocus] = useState(() => Math.max(0, rows.map(row => row.id).indexOf(chosen ?? '')))
  const tracks = tracksOf(columns)
  const virtual = useVirtualRows(scroller, rows.length, focus)
  const onKey = (event: KeyboardEvent) => {
    const next = targetRow(event.key, focus, rows.length)
    if (next === null || (event.target as HTMLElement).closest('[role="columnheader"]') !== null) return
    event.preventDefault()
    setFocus(next)
    virtual.scrollToIndex(next)
    focusRow(scroller.current, `[aria-rowindex="${next + 2}"]`)
  }
  return (
    <div
      className={`grid ${className}`}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      onKeyDown={onKey}
      ref={scroller}
    >
      <Head {...props} tracks={tracks} />
      <div className="grid-body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]
          if (row === undefined) return null
          return (
            <Row
              {...props}
              key={row.id}
              row={row}
              style={{ ...tracks, transform: `translateY(${start}px)` }}
              rowIndex={index + 2}
              isChosen={row.id === chosen}
              isTabbable={index === Math.min(focus, rows.length - 1)}
              onFocus={() => setFocus(index)}
              onPick={() => onChoose(row.id === chosen ? null : row.id)}
            />
          )
        })}
      </div>
    </div>
  )
}

type HeadProps<K extends string> = Pick<
  VirtualGridProps<{ readonly id: string }, K>,
  'sort' | 'onSort' | 'columns'
> & { readonly tracks: CSSProperties }

function Head<K extends string>({ sort, onSort, columns, tracks }: HeadProps<K>) {
  return (
    <div className="grid-head" role="row" aria-rowindex={1} style={tracks}>
      {columns.map(column => (
        <div
          key={column.key}
          role="columnheader"
          data-column={column.key}
          data-numeric={column.numeric}
          aria-sort={ariaSort(sort, column.key)}
        >
          <button type="button" onClick={() => onSort(nextSort(sort, column))}>
            {column.label}
            <span className="sort-arrow" aria-hidden="true">
              {sort.key !== column.key ? '' : sort.descending ? '↓' : '↑'}
            </span>
          </button>
        </div>
      ))}
    </div>
  )
}

interface RowProps<R, K extends string> {
  readonly row: R
  readonly columns: readonly GridColumn<K>[]
  readonly cell: (row: R, key: K) => ReactNode
  readonly isFaint?: (row: R) => boolean
  readonly style: CSSProperties
  readonly rowIndex: number
  readonly isChosen: boolean
  readonly isTabbable: boolean
  readonly onFocus: () => void
  readonly onPick: () => void
}

function Row<R, K extends string>(props: RowProps<R, K>) {
  const { row, columns, cell, isFaint, style, rowIndex, isChosen, isTabbable, onFocus, onPick } = props
  return (
    <div
      className="grid-row"
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={isChosen}
      data-faint={isFaint?.(row)}
      tabIndex={isTabbable ? 0 : -1}
      style={style}
      onFocus={onFocus}
      onClick={onPick}
      onKeyDown={event => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        onPick()
      }}
    >
      {columns.map(({ key, numeric }) => (
        <div key={key} role="gridcell" data-column={key} data-numeric={numeric}>
          {cell(row, key)}
        </div>
      ))}
    </div>
  )
}

/** Rows follow the text size that the reader has set. */
function useVirtualRows(scroller: React.RefObject<HTMLDivElement | null>, count: number, focus: number) {
  const rowPx = ROW_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  // oxlint-disable-next-line react/incompatible-library -- its functions are called here, never memoized
  return useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
    initialOffset: focus > IN_SIGHT ? focus * rowPx : 0,
  })
}
