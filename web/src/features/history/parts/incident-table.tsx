import { useMemo, useState } from 'react'
import { useAddress, useTimeZone } from '../../../ui/address.ts'
import { clock, date } from '../../../ui/city-time.ts'
import { UNKNOWN } from '../../../ui/format.ts'
import type { GridColumn } from '../../../ui/grid/grid-model.ts'
import { VirtualGrid } from '../../../ui/grid/virtual-grid.tsx'
import { visible } from '../../../ui/visible.ts'
import { sorted, type IncidentSort, type PlacedIncident, type SortKey } from '../model/places.ts'
import { familyOf, placeName, typeLabel } from '../model/words.ts'
import { FamilySign } from './legend.tsx'

const COLUMNS: readonly GridColumn<SortKey>[] = [
  { key: 'time', label: 'Began', isLargestFirst: true },
  { key: 'type', label: 'Type' },
  { key: 'title', label: 'Where' },
  { key: 'community', label: 'Community' },
]

/** The incidents of the map as rows. */
export function IncidentTable({ incidents }: { incidents: readonly PlacedIncident[] }) {
  const { history, set } = useAddress()
  const [sort, setSort] = useState<IncidentSort>({ key: 'time', descending: true })
  const rows = useMemo(() => sorted(incidents, sort), [incidents, sort])
  return (
    <VirtualGrid
      {...{ rows, sort }}
      label="Incidents"
      className="incident-grid"
      columns={COLUMNS}
      onSort={setSort}
      chosen={history.incident}
      onChoose={id => set({ incident: id })}
      cell={(incident, column) => <Cell incident={incident} column={column} />}
    />
  )
}

function Cell({ incident, column }: { incident: PlacedIncident; column: SortKey }) {
  const timeZone = useTimeZone()
  const { atMs, type, title, community } = incident
  switch (column) {
    case 'time':
      return (
        <>
          {date(atMs, timeZone)} <b>{clock(atMs, timeZone)}</b>
        </>
      )
    case 'type':
      return (
        <>
          <FamilySign family={familyOf(type)} /> {typeLabel(type)}
        </>
      )
    case 'title':
      return title === null ? UNKNOWN : visible(title)
    case 'community':
      return community === null ? UNKNOWN : visible(placeName(community))
  }
}
