import './feeds.css'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useClockMs } from '../../api/live-context.tsx'
import { ErrorNote } from '../../ui/notes.tsx'
import { visible } from '../../ui/visible.ts'
import { feedsQuery } from './queries.ts'
import { feedRows } from './view-model.ts'

/** Addresses that are asked on a schedule, and how they answer; nothing where none is configured. */
export function Feeds() {
  const { data, error, refetch } = useQuery(feedsQuery)
  const clockMs = useClockMs()
  if (error !== null) return <ErrorNote error={error} onRetry={() => void refetch()} />
  if (data == null || data.length === 0) return null
  return (
    <section aria-labelledby="feeds-title">
      <h2 className="section-title" id="feeds-title">
        Feeds <span>addresses that are asked on a schedule</span>
      </h2>
      <ul className="feed-list">
        {feedRows(data, clockMs).map(({ name, detail, success, next, fault, failing }) => (
          <li key={name} data-failing={failing}>
            {fault === null ? (
              <IconCircleCheck aria-hidden="true" />
            ) : (
              <IconAlertTriangle aria-hidden="true" />
            )}
            <div>
              <strong>{visible(name)}</strong>
              <p>{visible(detail)}</p>
              {fault !== null && <p className="feed-fault">{visible(fault)}</p>}
            </div>
            <dl>
              <div>
                <dt>Last success</dt>
                <dd>{success}</dd>
              </div>
              <div>
                <dt>Next</dt>
                <dd>{next}</dd>
              </div>
            </dl>
          </li>
        ))}
      </ul>
    </section>
  )
}
