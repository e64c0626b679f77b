import { useQuery } from '@tanstack/react-query'
import { useCityNowMs } from '../../api/live-context.tsx'
import { useTimeZone } from '../../ui/address.ts'
import { moment } from '../../ui/city-time.ts'
import { ErrorNote } from '../../ui/notes.tsx'
import { visible } from '../../ui/visible.ts'
import { historyOf, type Version } from './model/history.ts'
import { versionsQuery } from './queries.ts'

/** What was said of it, the newest first; nothing where the server keeps no versions. */
export function History({ kind, id }: { kind: 'event' | 'zone'; id: string }) {
  const { data, error, refetch } = useQuery(versionsQuery(kind, id))
  const nowMs = useCityNowMs(60_000)
  const timeZone = useTimeZone()
  if (error !== null) return <ErrorNote error={error} onRetry={() => void refetch()} />
  const text = (atMs: number) => moment(atMs, nowMs, timeZone)
  const versions = historyOf(data ?? [], text)
  if (versions.length === 0) return null
  return (
    <div>
      <h2 className="panel-section">
        History{' '}
        <span className="panel-count">
          {versions.length === 1 ? '1 version' : `${versions.length} versions`}
        </span>
      </h2>
      <ol className="history">
        {versions.map(version => (
          <li key={version.atMs}>
            <time dateTime={new Date(version.atMs).toISOString()}>{text(version.atMs)}</time>
            <Said version={version} />
          </li>
        ))}
      </ol>
    </div>
  )
}

function Said({ version: { first, withdrawn, changes } }: { version: Version }) {
  if (first) return <p>First announced</p>
  return (
    <ul>
      {withdrawn && <li>Taken back</li>}
      {changes.map(({ label, from, to }) => (
        <li key={label}>
          {label}: <s>{visible(from)}</s> → {visible(to)}
        </li>
      ))}
    </ul>
  )
}
