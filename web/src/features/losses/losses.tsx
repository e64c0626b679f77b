import './losses.css'
import { IconAlertTriangle, IconNote } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useLiveSlice } from '../../api/live-context.tsx'
import { useTimeZone } from '../../ui/address.ts'
import { count } from '../../ui/format.ts'
import { ErrorNote, Skeleton } from '../../ui/notes.tsx'
import { lossesQuery } from './queries.ts'
import { lossRows, type LossRow } from './view-model.ts'

/** What was acknowledged to its sender and is gone: told until somebody takes note, listed for ever. Nothing where nothing was. */
export function Losses() {
  const losses = useLiveSlice(view => view.state?.status.losses ?? null)
  if (losses === null || losses.count === 0) return null
  return (
    <section className="losses" aria-labelledby="losses-title">
      <h2 className="section-title" id="losses-title">
        Lost readings
        <span>
          {count(losses.records)} in all; received, and not on the disk any more. The list stays for ever.
        </span>
      </h2>
      {/* Another number of them, or of those noted, asks anew. */}
      <LossList
        key={`${losses.count}/${losses.openCount}`}
        signature={`${losses.count}/${losses.openCount}`}
      />
    </section>
  )
}

function LossList({ signature }: { signature: string }) {
  const { data, error, refetch } = useQuery(lossesQuery(signature))
  const timeZone = useTimeZone()
  if (error !== null) return <ErrorNote error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton height="5rem" label="Loading lost readings" />
  return (
    <ul className="loss-list">
      {lossRows(data.items, data.askedMs, timeZone).map(row => (
        <LossItem key={row.id} row={row} />
      ))}
    </ul>
  )
}

function LossItem({ row: { title, message, facts, command } }: { row: LossRow }) {
  const Icon = command === null ? IconNote : IconAlertTriangle
  return (
    <li data-open={command !== null}>
      <Icon aria-hidden="true" />
      <div>
        <strong>{title}</strong>
        <p>{message}</p>
        <p className="loss-facts">{facts.join(' · ')}</p>
        {command !== null && (
          <p className="loss-facts">
            Once somebody has seen to it: <code>{command}</code>
          </p>
        )}
      </div>
    </li>
  )
}
