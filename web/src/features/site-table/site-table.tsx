import './site-table.css'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useLiveSlice } from '../../api/live-context.tsx'
import { isForeign, usePlaces } from '../../api/places.ts'
import { bandsOf, measureOf, stepsShown } from '../../map/bands.ts'
import { measuresOf } from '../../state/measures.ts'
import { useAddress, useUnits } from '../../ui/address.ts'
import { useCalmOrder, useHeld } from '../../ui/calm-order.ts'
import { speedUnit } from '../../ui/format.ts'
import { EmptyNote, ErrorNote, Skeleton } from '../../ui/notes.tsx'
import { SiteGrid } from './site-grid.tsx'
import { arrange, columnsOf, shownText, siteRows, type SiteSort } from './view-model.ts'

/** The same sites as the map and the same choice, in rows; for screen readers, keyboards and people who think in tables. */
export function SiteTable() {
  const { places, error, refetch, isPending } = usePlaces()
  const state = useLiveSlice(view => view.state)
  const units = useUnits()
  const { district, grades, set } = useAddress()
  const [filter, setFilter] = useState('')
  const [sort, setSort] = useState<SiteSort>({ key: 'grade', descending: true })
  const { held, handlers } = useHeld()

  const sites = state?.sites ?? new Map<string, never>()
  const measure = measureOf(sites.values())
  const all = siteRows(places.byId, sites, measure, units, state?.city.at ?? null)
  const columns = columnsOf(measuresOf(sites.values()), measure, all, speedUnit(units))
  const bands = bandsOf(measure, units)
  const shown = stepsShown(grades, bands)
  const ofDistrict = all.filter(
    row =>
      (district === null || places.byId.get(row.id)?.district === district) &&
      (shown === null || shown.has(row.band?.step ?? null)),
  )
  const arranged = arrange(ofDistrict, filter, sort)
  const byId = new Map(arranged.map(row => [row.id, row]))
  const signature = `${filter}|${sort.key}|${sort.descending}|${district ?? ''}|${grades ?? ''}`
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
          placeholder={`Filter by name, id, district or ${measure === 'delay' ? 'grade' : 'class'}`}
          value={filter}
          onChange={event => setFilter(event.target.value)}
        />
        <span aria-live="polite">{rows.length === 1 ? '1 site' : `${rows.length} sites`}</span>
      </label>
      {shown !== null && <Shown text={shownText(shown, bands)} onAll={() => set({ grades: null })} />}
      {/* Without the live picture the order would be another, and the chosen row be sought in the wrong place. */}
      {isPending || state === null ? (
        <Skeleton height="20rem" label="Loading sites" />
      ) : rows.length === 0 ? (
        <Nothing
          filter={filter}
          chosen={shown !== null}
          foreign={isForeign(district, places) ? district : null}
        />
      ) : (
        <div className="site-grid-hold" {...handlers}>
          <SiteGrid rows={rows} sort={sort} onSort={setSort} columns={columns} />
        </div>
      )}
    </section>
  )
}

/** What the legend's choice leaves. */
function Shown({ text, onAll }: { text: string; onAll: () => void }) {
  return (
    <p className="site-shown">
      Only {text}
      <button type="button" className="text-button" onClick={onAll}>
        Show all
      </button>
    </p>
  )
}

interface NothingProps {
  readonly filter: string
  /** The legend's choice hides some. */
  readonly chosen: boolean
  readonly foreign: string | null
}

function Nothing({ filter, chosen, foreign }: NothingProps) {
  if (foreign !== null) return <EmptyNote title={`There is no district ${foreign}`} />
  if (filter !== '') return <EmptyNote title="No site fits">Shorten the filter.</EmptyNote>
  if (chosen) return <EmptyNote title="No site is at what you chose">Show all, or choose another.</EmptyNote>
  return <EmptyNote title="No sites yet">Sites appear with their first reading.</EmptyNote>
}

/** Calm while held, but a new filter or sort is obeyed at once. */
function useOrder(wanted: readonly string[], held: boolean, signature: string): readonly string[] {
  const [last, setLast] = useState(signature)
  const changed = last !== signature
  if (changed) setLast(signature)
  return useCalmOrder(wanted, held && !changed)
}
