import { Mark } from '../../map/mark.tsx'
import { useTimeZone } from '../../ui/address.ts'
import { clockSeconds } from '../../ui/city-time.ts'
import { count, UNKNOWN } from '../../ui/format.ts'
import type { SiteRow } from './view-model.ts'

export interface SiteTableRowProps {
  readonly row: SiteRow
  readonly rowIndex: number
  readonly top: number
  readonly chosen: boolean
  readonly tabbable: boolean
  readonly onFocus: () => void
  readonly onChoose: () => void
}

export function SiteTableRow({ row, rowIndex, top, chosen, tabbable, onFocus, onChoose }: SiteTableRowProps) {
  const timeZone = useTimeZone()
  const figures = [row.waitS, row.speed, row.vehicles, row.queueVeh]
  return (
    <div
      className="site-row"
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={chosen}
      data-silent={row.silent || row.atMs === null}
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
        <Mark step={row.band?.step ?? null} mark={row.band?.mark ?? ''} />
        <span className="visually-hidden">
          {row.band === null ? 'unknown' : `${row.band.mark}, ${row.band.label}`}
        </span>
      </div>
      <div role="gridcell" className="site-name">
        {row.name} <span>{row.name === row.id ? '' : row.id}</span>
      </div>
      <div role="gridcell">{row.district}</div>
      {figures.map((figure, i) => (
        <div key={COLUMN_KEYS[i]} role="gridcell" data-numeric="true">
          {figure === null ? UNKNOWN : count(figure)}
        </div>
      ))}
      <div role="gridcell" data-numeric="true">
        {row.atMs === null ? UNKNOWN : clockSeconds(row.atMs, timeZone)}
      </div>
    </div>
  )
}

const COLUMN_KEYS = ['wait', 'speed', 'vehicles', 'queue']
