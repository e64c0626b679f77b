import { IconAlertTriangle, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { IncidentDetail } from '../../../../src/serve/contract/index.ts'
import { ApiError } from '../../api/client.ts'
import { useAddress, useTimeZone } from '../../ui/address.ts'
import { clock, date, zoneName } from '../../ui/city-time.ts'
import { EmptyNote, ErrorNote, Skeleton } from '../../ui/notes.tsx'
import { visible } from '../../ui/visible.ts'
import { placeText } from './compare/place-words.ts'
import { doubtsOf, factsOf, linkLines, versionSteps, type VersionStep } from './model/detail.ts'
import { familyOf, typeLabel } from './model/words.ts'
import { FamilySign } from './parts/legend.tsx'
import { incidentQuery } from './queries.ts'

/** One incident: when, where, what was reported, what is doubtful of it, and what changed when. */
export function IncidentPanel({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(incidentQuery(id))
  const { set } = useAddress()
  const missing = error instanceof ApiError && error.status === 404
  return (
    <section className="panel incident-panel" aria-label={data?.title ?? id}>
      <div className="panel-head">
        <div>
          <p className="panel-kicker">
            {data === undefined ? (
              'Incident'
            ) : (
              <>
                <FamilySign family={familyOf(data.type)} /> {typeLabel(data.type)}
              </>
            )}
          </p>
          <h1>{visible(data?.title ?? (missing ? `There is no incident ${id}` : id))}</h1>
        </div>
        <button
          type="button"
          className="icon-button"
          aria-label="Close"
          title="Close (Esc)"
          onClick={() => set({ incident: null })}
        >
          <IconX />
        </button>
      </div>
      {data !== undefined ? (
        <Body of={data} />
      ) : missing ? (
        <EmptyNote title="The address may be of another city, or the record was made anew." />
      ) : error !== null ? (
        <ErrorNote error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton height="18rem" label="Loading the incident" />
      )}
    </section>
  )
}

function localDay({ started_at: at, utc_offset_min: offsetMin }: IncidentDetail): string {
  return new Date(Date.parse(at) + offsetMin * 60_000).toISOString().slice(0, 10)
}

/** Its place, before and after its day. */
function BeforeAndAfter({ of }: { of: IncidentDetail }) {
  const { set } = useAddress()
  const near = placeText(of.latitude, of.longitude)
  const changed = localDay(of)
  return (
    <button
      type="button"
      className="text-button"
      onClick={() => set({ compare: 'place', near, changed, incident: null })}
    >
      Compare this place before and after
    </button>
  )
}

function Body({ of }: { of: IncidentDetail }) {
  const when = useWhen()
  const startedMs = Date.parse(of.started_at)
  return (
    <>
      <p className="incident-when">
        <strong>{when(startedMs)}</strong>
        {of.updated_at !== of.started_at && <span>last changed {when(Date.parse(of.updated_at))}</span>}
      </p>
      {of.description !== null && <p className="incident-text">{visible(of.description)}</p>}
      {doubtsOf(of).map(doubt => (
        <p className="incident-doubt" key={doubt}>
          <IconAlertTriangle aria-hidden="true" />
          {visible(doubt)}
        </p>
      ))}
      <BeforeAndAfter of={of} />
      <dl className="incident-facts">
        {factsOf(of).map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{visible(value)}</dd>
          </div>
        ))}
      </dl>
      <Versions of={of} />
      <Links of={of} />
      <p className="panel-note">A report of the city’s traffic centre, not a crash record of the police.</p>
    </>
  )
}

function Versions({ of }: { of: IncidentDetail }) {
  const steps = versionSteps(of)
  if (steps.length === 0) return null
  return (
    <div>
      <h2 className="panel-section">
        What changed when{' '}
        <span className="panel-count">{steps.length === 1 ? '1 version' : `${steps.length} versions`}</span>
      </h2>
      <ol className="incident-versions">
        {steps.map(step => (
          <Version key={step.version} step={step} />
        ))}
      </ol>
    </div>
  )
}

function Version({ step }: { step: VersionStep }) {
  const when = useWhen()
  const { atMs, first, withdrawn, changes, others, reportedAs } = step
  return (
    <li>
      <time dateTime={new Date(atMs).toISOString()}>{when(atMs)}</time>
      <ul>
        {first && <li>First reported</li>}
        {withdrawn && <li>Taken back</li>}
        {changes.map(({ label, from, to }) => (
          <li key={label}>
            {label}: <s>{visible(from)}</s> → {visible(to)}
          </li>
        ))}
        {others.length > 0 && <li>Also changed: {visible(others.join(', '))}</li>}
        {!first && !withdrawn && changes.length === 0 && others.length === 0 && <li>The same words again</li>}
        {reportedAs !== null && <li>reported as {visible(reportedAs)}</li>}
      </ul>
    </li>
  )
}

function Links({ of }: { of: IncidentDetail }) {
  const { set } = useAddress()
  const lines = linkLines(of)
  if (lines.length === 0) return null
  return (
    <div>
      <h2 className="panel-section">Taken for the same event</h2>
      <ul className="incident-links">
        {lines.map(({ id, words, evidence, undone }) => (
          <li key={`${id} ${words}`} data-undone={undone}>
            <button type="button" onClick={() => set({ incident: id })}>
              {visible(id)}
            </button>
            <span>{visible(words)}</span>
            <span>
              {visible(evidence)}
              {undone && '; taken apart again'}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function useWhen(): (atMs: number) => string {
  const timeZone = useTimeZone()
  return atMs => `${date(atMs, timeZone)} ${clock(atMs, timeZone)} ${zoneName(atMs, timeZone)}`
}
