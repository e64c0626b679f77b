import { useClockMs, useLiveSlice, useStaleSinceMs } from '../../api/live-context.tsx'
import { usePlaces } from '../../api/places.ts'
import { measureOf } from '../../map/bands.ts'
import { Mark } from '../../map/marks/mark.tsx'
import { useAddress, useTimeZone, useUnits } from '../../ui/address.ts'
import { useCalmOrder, useHeld } from '../../ui/calm-order.ts'
import { moment } from '../../ui/city-time.ts'
import { Skeleton } from '../../ui/notes.tsx'
import { Figure } from '../../ui/quantity.tsx'
import { walkRows } from '../../ui/shortcuts.ts'
import { worstSites } from './view-model.ts'

const ROWS = 5
/** Rows that fell out of the five while somebody pointed at the list must still be drawable. */
const KNOWN = 40

/** Where it is worst now. While the pointer or focus is on the list, rows keep their places. */
export function WorstList({ district }: { district: string | null }) {
  const state = useLiveSlice(view => view.state)
  const { places } = usePlaces()
  const units = useUnits()
  const { set } = useAddress()
  const clockMs = useClockMs()
  const staleSinceMs = useStaleSinceMs()
  const timeZone = useTimeZone()
  const { held, handlers } = useHeld()
  const sites = state?.sites ?? new Map<string, never>()
  const measure = measureOf(sites.values())
  const source = {
    sites: sites.values(),
    places: places.byId,
    district,
    measure,
    units,
    cityAtMs: state?.city.at ?? null,
  }
  const rows = new Map(worstSites(source, KNOWN).map(row => [row.id, row]))
  const order = useCalmOrder([...rows.keys()].slice(0, ROWS), held, rows.keys())

  if (state === null) return <Skeleton height="10rem" label="Loading sites" />
  if (rows.size === 0) return null
  return (
    <div {...handlers}>
      <h2 className="panel-section">
        {measure === 'delay' ? 'Longest waits' : 'Slowest'}{' '}
        {staleSinceMs === null ? 'now' : `at ${moment(staleSinceMs, clockMs, timeZone)}`}
      </h2>
      <ol className="worst-list" onKeyDown={walkRows}>
        {order.slice(0, ROWS).map(id => {
          const row = rows.get(id)
          if (row === undefined) return null
          return (
            <li key={id}>
              <button type="button" data-row onClick={() => set({ site: id })}>
                <Mark step={row.band.step} mark={row.band.mark} />
                <span className="visually-hidden">{row.band.label},</span>
                <span className="worst-title">{row.title}</span>
                <span className="worst-detail">{district === null ? row.detail : row.id}</span>
                <strong>
                  <Figure of={row.figure} />
                </strong>
              </button>
            </li>
          )
        })}
      </ol>
    </div>
  )
}
