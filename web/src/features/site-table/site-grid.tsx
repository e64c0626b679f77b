import { Mark } from '../../map/marks/mark.tsx'
import { useAddress, useTimeZone } from '../../ui/address.ts'
import { clockSeconds } from '../../ui/city-time.ts'
import { count, UNKNOWN } from '../../ui/format.ts'
import { VirtualGrid } from '../../ui/grid/virtual-grid.tsx'
import { figureOf, type Column, type SiteRow, type SiteSort } from './view-model.ts'

export interface SiteGridProps {
  readonly rows: readonly SiteRow[]
  readonly sort: SiteSort
  readonly onSort: (sort: SiteSort) => void
  readonly columns: readonly Column[]
}

/** The sites as rows, with the same choice as the map. */
export function SiteGrid({ rows, sort, onSort, columns }: SiteGridProps) {
  const { site, set } = useAddress()
  return (
    <VirtualGrid
      {...{ rows, sort, onSort, columns }}
      label="Sites"
      className="site-grid"
      chosen={site}
      onChoose={id => set({ site: id })}
      cell={(row, column) => <Cell row={row} column={column} />}
      isFaint={({ state }) => state === 'silent' || state === 'unheard'}
    />
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
