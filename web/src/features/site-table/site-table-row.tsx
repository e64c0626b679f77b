import type { CSSProperties } from 'react'
import { Mark } from '../../map/marks/mark.tsx'
import { useTimeZone } from '../../ui/address.ts'
import { clockSeconds } from '../../ui/city-time.ts'
import { count, UNKNOWN } from '../../ui/format.ts'
import { figureOf, type Column, type SiteRow } from './view-model.ts'

export interface SiteTableRowProps {
  readonly row: SiteRow
  readonly columns: readonly Column[]
  readonly tracks: CSSProperties
  readonly rowIndex: number
  readonly top: number
  readonly chosen: boolean
  readonly tabbable: boolean
  readonly onFocus: () => void
  readonly onChoose: () => void
}

export function SiteTableRow(props: SiteTableRowProps) {
  const { row, columns, tracks, rowIndex, top, chosen, tabbable, onFocus, onChoose } = props
  return (
    <div
      className="site-row"
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={chosen}
      data-silent={row.state === 'silent' || row.state === 'unheard'}
      tabIndex={tabbable ? 0 : -1}
      style={{ ...tracks, transform: `translateY(${top}px)` }}
      onFocus={onFocus}
      onClick={onChoose}
      onKeyDown={event => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        onChoose()
      }}
    >
      {columns.map(({ key, numeric }) => (
        <div key={key} role="gridcell" data-column={key} data-numeric={numeric}>
          <Cell row={row} column={key} />
        </div>
      ))}
    </div>
  )
}

const STATE_WORDS = {
  silent: 'silent',
  unheard: 'no recent reading',
  unmeasured: 'not measured',
  measured: '',
}

function Cell({ row, column }: { row: SiteRow; column: Column['key'] }) {
  const timeZone = useTimeZone()
  switch (column) {
    case 'grade':
      return (
        <>
          <Mark step={row.band?.step ?? null} mark={row.band?.mark ?? ''} />
          <span className="visually-hidden">
            {row.band === null ? STATE_WORDS[row.state] : `${row.band.mark}, ${row.band.label}`}
          </span>
        </>
      )
    case 'name':
      return (
        <>
          {row.name} <span>{row.name === row.id ? '' : row.id}</span>
        </>
      )
    case 'district':
      return row.district
    case 'at':
      return row.atMs === null ? UNKNOWN : clockSeconds(row.atMs, timeZone)
    default:
      return count(figureOf(row, column) ?? null)
  }
}
