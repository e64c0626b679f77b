import './streams.css'
import { useCityNowMs, useLiveSlice } from '../../api/live-context.tsx'
import { useTimeZone } from '../../ui/address.ts'
import { streamRows } from './view-model.ts'

/** Every kind of record beside the readings, and how much of it there is. */
export function Streams() {
  const streams = useLiveSlice(view => view.state?.status.streams ?? null)
  const nowMs = useCityNowMs(60_000)
  const timeZone = useTimeZone()
  if (streams === null || streams.length === 0) return null
  return (
    <section aria-labelledby="streams-title">
      <h2 className="section-title" id="streams-title">
        Streams <span>each kind of record by itself; a repeat was received again and counted once</span>
      </h2>
      <div className="data-table" tabIndex={0} role="region" aria-label="Figures of streams">
        <table>
          <thead>
            <tr>
              <th scope="col">Stream</th>
              <th scope="col">Received</th>
              <th scope="col">Rows</th>
              <th scope="col">Refused</th>
              <th scope="col">Repeats</th>
              <th scope="col">Newest</th>
            </tr>
          </thead>
          <tbody>
            {streamRows(streams, nowMs, timeZone).map(row => (
              <tr key={row.name} data-empty={row.empty}>
                <th scope="row">{row.title}</th>
                <td>{row.records}</td>
                <td>{row.rows}</td>
                <td>{row.refused}</td>
                <td>{row.repeats}</td>
                <td>{row.newest}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
