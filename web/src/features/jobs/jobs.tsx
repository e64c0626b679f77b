import './jobs.css'
import { IconAlertTriangle, IconCircleCheck, IconPlayerPause } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useClockMs } from '../../api/live-context.tsx'
import { ErrorNote } from '../../ui/notes.tsx'
import { visible } from '../../ui/visible.ts'
import type { JobAction } from './queries.ts'
import { actOn, jobsQuery } from './queries.ts'
import { jobRows } from './view-model.ts'
import type { JobRow } from './view-model.ts'

/** What is done on a schedule, and a way to do it now; nothing where none is configured. */
export function Jobs() {
  const { data, error, refetch } = useQuery(jobsQuery)
  const clockMs = useClockMs()
  if (error !== null) return <ErrorNote error={error} onRetry={() => void refetch()} />
  if (data === undefined || data.length === 0) return null
  return (
    <section className="jobs" aria-labelledby="jobs-title">
      <h2 className="section-title" id="jobs-title">
        Jobs <span>datasets that are downloaded, databases that are kept level</span>
      </h2>
      <div className="job-scroll">
        <table className="job-table">
          <thead>
            <tr>
              <th scope="col">Job</th>
              <th scope="col">State</th>
              <th scope="col">Last success</th>
              <th scope="col">Next</th>
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {jobRows(data, clockMs).map(row => (
              <JobLine key={row.name} row={row} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function JobLine({ row }: { row: JobRow }) {
  const client = useQueryClient()
  const action = useMutation({
    mutationFn: (what: JobAction) => actOn(row.name, what),
    onSettled: () => client.invalidateQueries(jobsQuery),
  })
  const { name, detail, state, last, next, fault, failing, canRun, isPaused } = row
  const Icon = failing ? IconAlertTriangle : isPaused ? IconPlayerPause : IconCircleCheck
  const wrong = action.error?.message ?? fault
  return (
    <tr data-failing={failing}>
      <th scope="row">
        <Icon aria-hidden="true" />
        <div>
          <strong>{visible(name)}</strong>
          <p>{visible(detail)}</p>
          {wrong !== null && <p className="job-fault">{visible(wrong)}</p>}
        </div>
      </th>
      <td>{state}</td>
      <td>{last}</td>
      <td>{next}</td>
      <td>
        <button
          type="button"
          className="button"
          disabled={!canRun || action.isPending}
          onClick={() => action.mutate('run')}
        >
          Run now<span className="visually-hidden"> {name}</span>
        </button>
        <button
          type="button"
          className="button"
          disabled={action.isPending}
          onClick={() => action.mutate(isPaused ? 'resume' : 'pause')}
        >
          {isPaused ? 'Resume' : 'Pause'}
          <span className="visually-hidden"> {name}</span>
        </button>
      </td>
    </tr>
  )
}
