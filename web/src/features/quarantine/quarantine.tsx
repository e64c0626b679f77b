import './quarantine.css'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { StreamStatus } from '../../../../src/serve/contract/index.ts'
import { useLiveSlice } from '../../api/live-context.tsx'
import { useAddress } from '../../ui/address.ts'
import { compact, count } from '../../ui/format.ts'
import { EmptyNote, ErrorNote, Skeleton } from '../../ui/notes.tsx'
import { walkRows } from '../../ui/shortcuts.ts'
import { LineList } from './line-list.tsx'
import { fetchLines, reasonsQuery } from './queries.ts'
import { filterLines, noLinesText, reasonGroups, type ReasonGroup } from './view-model.ts'

const NO_STREAMS: readonly StreamStatus[] = []

/** What was refused and why, with the raw lines: every line that was received is kept. */
export function Quarantine() {
  const total = useLiveSlice(view => view.state?.status.layers.quarantine.rows ?? null)
  return (
    <section className="quarantine" aria-labelledby="quarantine-title">
      <h2 className="section-title" id="quarantine-title">
        Refused lines
        {total !== null && total > 0 && (
          <span>{count(total)} in quarantine: each broke a rule and is kept byte for byte</span>
        )}
      </h2>
      {total === 0 ? (
        <Nothing />
      ) : (
        <>
          <Reasons />
          <Lines />
        </>
      )}
    </section>
  )
}

function Reasons() {
  const { data, error, refetch } = useQuery(reasonsQuery)
  const streams = useLiveSlice(view => view.state?.status.streams ?? NO_STREAMS)
  if (error !== null) return <ErrorNote error={error} onRetry={() => void refetch()} />
  // The reasons may be older than the count of lines, which is live: then they are on their way.
  if (data === undefined || data.length === 0) return <Skeleton height="12rem" label="Loading reasons" />
  const titles = new Map(streams.map(({ name, title }) => [name, title]))
  return (
    <div className="reasons" role="group" aria-label="Reasons" onKeyDown={walkRows}>
      {reasonGroups(data, titles).map(group => (
        <Group key={group.stream} group={group} />
      ))}
    </div>
  )
}

function Group({ group: { stream, title, lines, rows } }: { group: ReasonGroup }) {
  const { reason, stream: chosen, set } = useAddress()
  const heading = useId()
  const choose = (to: string | null, pressed: boolean) =>
    set(pressed ? { stream: null, reason: null } : { stream, reason: to })
  const whole = chosen === stream && reason === null
  return (
    <section aria-labelledby={heading}>
      <h3 id={heading}>
        <button type="button" data-row aria-pressed={whole} onClick={() => choose(null, whole)}>
          <span className="reason-title">{title}</span>
          <span className="reason-lines">{compact(lines)}</span>
        </button>
      </h3>
      <ul>
        {rows.map(row => {
          const pressed = row.code === reason && (chosen === null || chosen === stream)
          return (
            <li key={row.code}>
              <button
                type="button"
                data-row
                aria-pressed={pressed}
                title={row.code}
                onClick={() => choose(row.code, pressed)}
              >
                <span className="reason-title">{row.title}</span>
                <span className="reason-lines">{compact(row.lines)}</span>
                <span className="reason-bar" aria-hidden="true">
                  <span style={{ width: `${row.share * 100}%` }} />
                </span>
              </button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function Nothing() {
  return (
    <EmptyNote title="Nothing was refused">Lines that break a rule appear here with their reasons.</EmptyNote>
  )
}

function Lines() {
  const { reason, stream, set } = useAddress()
  const choice = { stream, reason }
  const [filter, setFilter] = useState('')
  const query = useInfiniteQuery({
    queryKey: ['quarantine', 'lines', stream, reason],
    queryFn: ({ pageParam, signal }) => fetchLines(pageParam, choice, signal),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
  })
  const lines = query.data?.pages.flatMap(page => page.items) ?? []
  const shown = filterLines(lines, filter)
  return (
    <div className="lines">
      <div className="lines-tools">
        <input
          type="search"
          className="lines-filter"
          placeholder="Filter raw lines"
          aria-label="Filter raw lines"
          value={filter}
          onChange={event => setFilter(event.target.value)}
        />
        {(reason !== null || stream !== null) && (
          <button type="button" className="button" onClick={() => set({ reason: null, stream: null })}>
            All reasons
          </button>
        )}
        <button type="button" className="button" onClick={() => void query.refetch()}>
          Refresh
        </button>
      </div>
      {query.error !== null ? (
        <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
      ) : query.isPending ? (
        <Skeleton height="18rem" label="Loading raw lines" />
      ) : shown.length === 0 ? (
        <EmptyNote title="No line fits">{noLinesText(filter, choice)}</EmptyNote>
      ) : (
        <LineList
          key={`${stream ?? ''} ${reason ?? ''}`}
          lines={shown}
          more={query.hasNextPage}
          loading={query.isFetchingNextPage}
          onMore={() => void query.fetchNextPage()}
        />
      )}
    </div>
  )
}
