import './drift.css'
import { useQuery } from '@tanstack/react-query'
import { useTimeZone } from '../../ui/address.ts'
import { clock, date } from '../../ui/city-time.ts'
import { count } from '../../ui/format.ts'
import { EmptyNote, ErrorNote, Skeleton } from '../../ui/notes.tsx'
import { visible } from '../../ui/visible.ts'
import { driftQuery } from './queries.ts'

/** Fields that nobody expected: kept in bronze, and noted here once each. */
export function Drift() {
  return (
    <section className="drift" aria-labelledby="drift-title">
      <h2 className="section-title" id="drift-title">
        Unknown fields{' '}
        <span>
          sent with readings, but not known here; kept with the raw lines, nothing was refused for them
        </span>
      </h2>
      <DriftTable />
    </section>
  )
}

function DriftTable() {
  const { data, error, refetch } = useQuery(driftQuery)
  const timeZone = useTimeZone()
  const when = (at: string) => `${date(Date.parse(at), timeZone)} ${clock(Date.parse(at), timeZone)}`
  if (error !== null) return <ErrorNote error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton height="5rem" label="Loading unknown fields" />
  if (data.length === 0)
    return (
      <EmptyNote title="No unknown field was seen">Readings carry only fields that are known here.</EmptyNote>
    )
  return (
    <div className="drift-scroll" tabIndex={0} role="region" aria-label="Unknown fields">
      <table>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">First seen</th>
            <th scope="col">Last seen</th>
            <th scope="col" data-numeric="true">
              First line
            </th>
            <th scope="col" data-numeric="true">
              Last line
            </th>
          </tr>
        </thead>
        <tbody>
          {data.map(row => (
            <tr key={row.field}>
              <th scope="row">
                <code>{visible(row.field)}</code>
              </th>
              <td>{when(row.first_seen)}</td>
              <td>{when(row.last_seen)}</td>
              <td data-numeric="true">{count(row.first_position)}</td>
              <td data-numeric="true">{count(row.last_position)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
