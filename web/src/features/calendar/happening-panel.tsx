import { IconX } from '@tabler/icons-react'
import { Link, useLocation, useSearchParams } from 'react-router'
import { useCityNowMs } from '../../api/live-context.tsx'
import { Sign } from '../../map/overlay/sign.tsx'
import { useAddress, useTimeZone, useUnits } from '../../ui/address.ts'
import { moment, zoneName } from '../../ui/city-time.ts'
import { EmptyNote, ErrorNote, Skeleton } from '../../ui/notes.tsx'
import { visible } from '../../ui/visible.ts'
import { History } from './happening-history.tsx'
import { HappeningWords } from './happening-row.tsx'
import type { Conflict } from './model/conflicts.ts'
import { factsOf } from './model/facts.ts'
import { phaseOf, type Happening } from './model/happening.ts'
import {
  countdown,
  glyphOf,
  lookOf,
  phaseWords,
  shapeOf,
  span,
  typeWords,
  whenWords,
} from './model/happening-words.ts'
import { lanesOf, lanesText } from './model/lanes.ts'
import { useConflicts, useHappenings } from './use-happenings.ts'

/** One event or work zone: when, where, what it does to the roads, what collides with it, and what was said of it before. */
export function HappeningPanel({ kind, id }: { kind: 'event' | 'zone'; id: string }) {
  const { happenings, loading, error, retry } = useHappenings()
  const happening = happenings.find(each => each.kind === kind && each.id === id)
  const what = kind === 'event' ? 'event' : 'work zone'
  const title = happening?.title ?? (loading ? id : `There is no ${what} ${id}`)
  return (
    <section className="panel" aria-label={title}>
      <Head kind={kind} title={title} happening={happening} />
      {error !== null && <ErrorNote error={error} onRetry={retry} />}
      {happening !== undefined ? (
        <Body happening={happening} />
      ) : loading ? (
        <Skeleton height="14rem" label="Loading the calendar" />
      ) : (
        <EmptyNote title="It may have been taken back, or the address is of another city." />
      )}
      <History key={`${kind}:${id}`} kind={kind} id={id} />
    </section>
  )
}

function Head({
  kind,
  title,
  happening,
}: {
  kind: 'event' | 'zone'
  title: string
  happening: Happening | undefined
}) {
  const { set } = useAddress()
  const nowMs = useCityNowMs(60_000)
  const phase = happening === undefined ? null : phaseOf(happening, nowMs)
  return (
    <div className="panel-head">
      {happening !== undefined && phase !== null && (
        <Sign shape={shapeOf(happening)} glyph={glyphOf(happening.type)} look={lookOf(phase)} size={34} />
      )}
      <div className="happening-head">
        {happening !== undefined && phase !== null && (
          <p className="panel-kicker">
            {typeWords(happening.type)} · {phaseWords(happening, phase, nowMs)}
          </p>
        )}
        <h1>{visible(title)}</h1>
      </div>
      <button
        type="button"
        className="icon-button"
        title="Back (Esc)"
        aria-label={kind === 'event' ? 'Close this event' : 'Close this work zone'}
        onClick={() => set({ [kind]: null })}
      >
        <IconX />
      </button>
    </div>
  )
}

function Body({ happening }: { happening: Happening }) {
  const { happenings } = useHappenings()
  const units = useUnits()
  const timeZone = useTimeZone()
  const nowMs = useCityNowMs(60_000)
  const conflicts = useConflicts(happenings).filter(({ a, b }) => a === happening || b === happening)
  const phase = phaseOf(happening, nowMs)
  const left = countdown(happening, phase, nowMs)
  const text = happening.event?.description ?? happening.zone?.description ?? null
  return (
    <>
      <div className="happening-time">
        <strong>{whenWords(happening, timeZone)}</strong>
        <span>
          {[
            left,
            zoneName(happening.startMs, timeZone),
            happening.cityWide ? null : `lasts ${span(happening.endMs - happening.startMs)}`,
          ]
            .filter(part => part !== null)
            .join(' · ')}
        </span>
      </div>
      <dl className="happening-facts">
        {factsOf(happening, units, atMs => moment(atMs, nowMs, timeZone)).map(({ label, text: value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{visible(value)}</dd>
          </div>
        ))}
      </dl>
      <Lanes happening={happening} />
      {text !== null && text !== '' && (
        <p className="happening-description">{text.split('\n').map(visible).join('\n')}</p>
      )}
      <Links happening={happening} />
      {conflicts.length > 0 && <Conflicts of={happening} conflicts={conflicts} nowMs={nowMs} />}
    </>
  )
}

function Lanes({ happening }: { happening: Happening }) {
  const lanes = lanesOf(happening.zone?.lanes)
  if (lanes.length === 0) return null
  return (
    <div>
      <h2 className="panel-section">
        Lanes, from the left <span className="panel-count">{lanesText(lanes)}</span>
      </h2>
      <ol className="lanes">
        {lanes.map(({ order, sign, label, closed }) => (
          <li key={order} data-closed={closed} title={label}>
            <span aria-hidden="true">{sign}</span>
            <span className="visually-hidden">{label}</span>
          </li>
        ))}
      </ol>
    </div>
  )
}

function Links({ happening }: { happening: Happening }) {
  const { pathname } = useLocation()
  const [parameters] = useSearchParams()
  const search = parameters.toString()
  const url = happening.event?.url ?? null
  return (
    <p className="happening-links">
      {pathname === '/' ? (
        <Link to={{ pathname: '/calendar', search }}>In the calendar</Link>
      ) : (
        happening.paths.length > 0 && <Link to={{ pathname: '/', search }}>On the map</Link>
      )}
      {url !== null && /^https?:\/\//.test(url) && (
        <a href={url} target="_blank" rel="noreferrer">
          The organiser’s page
        </a>
      )}
    </p>
  )
}

interface ConflictsProps {
  readonly of: Happening
  readonly conflicts: readonly Conflict[]
  readonly nowMs: number
}

function Conflicts({ of, conflicts, nowMs }: ConflictsProps) {
  const { set } = useAddress()
  return (
    <div>
      <h2 className="panel-section">
        {conflicts.length === 1 ? 'One conflict' : `${conflicts.length} conflicts`}
      </h2>
      <ul className="today-list">
        {conflicts.map(({ a, b, why, apartM }) => {
          const other = a === of ? b : a
          return (
            <li key={other.key}>
              <button type="button" onClick={() => set({ [other.kind]: other.id })}>
                <HappeningWords happening={other} nowMs={nowMs} conflicts={1} />
                <span className="conflict-why">
                  {why}, {apartM < 20 ? 'at the same place' : `${Math.round(apartM / 10) * 10} m apart`}
                </span>
              </button>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
