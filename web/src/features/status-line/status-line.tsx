import './status-line.css'
import { IconAlertTriangle, IconSearch } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { Status } from '../../../../src/serve/contract/index.ts'
import { changeAt } from '../../analysis/trend.ts'
import { useCityTrends } from '../../analysis/use-city-trends.ts'
import { useClockMs, useLive } from '../../api/live-context.tsx'
import { cityClock, statePill } from '../../state/city-words.ts'
import { pictureOf } from '../../state/picture.ts'
import { lossText, problemCount, programOf } from '../../state/program.ts'
import { useTimeZone, useUnits } from '../../ui/address.ts'
import { ShortChange } from '../../ui/change/change.tsx'
import { Figure } from '../../ui/quantity.tsx'
import { Announcer } from './announcer.tsx'
import { keyFigures } from './view-model.ts'

/** How far to trust the picture, the city's time, and its key figures: the same on every page. */
export function StatusLine({ weather, onSearch }: { weather: ReactNode; onSearch: () => void }) {
  const view = useLive()
  const clockMs = useClockMs()
  const timeZone = useTimeZone()
  const units = useUnits()
  const [parameters] = useSearchParams()
  const picture = pictureOf(view, clockMs)
  const pill = statePill(picture, clockMs, timeZone)
  const status = view.state?.status ?? null
  const program = programOf(picture, status)
  const problems = problemCount(program)
  const lost = status === null ? null : lossText(status)
  return (
    <div className="status-line">
      <div className="status-where">
        <span className="state-pill" data-tone={pill.tone} title={pill.detail}>
          <span className="state-dot" aria-hidden="true" />
          {pill.label}
          <span className="visually-hidden">: {pill.detail}</span>
        </span>
        {status !== null && <Badges status={status} />}
        {status !== null && <span className="status-city">{status.city.name}</span>}
        <time className="status-clock">{cityClock(picture, timeZone)}</time>
        {weather}
        {lost !== null && (
          <Link className="status-problems" to={{ pathname: '/data', search: parameters.toString() }}>
            <IconAlertTriangle aria-hidden="true" />
            {lost}
          </Link>
        )}
        {problems > 0 && (
          <Link className="status-problems" to={{ pathname: '/data', search: parameters.toString() }}>
            <IconAlertTriangle aria-hidden="true" />
            {problems === 1 ? '1 problem' : `${problems} problems`}
          </Link>
        )}
      </div>
      <KeyFigures
        stale={picture.kind === 'stale' || picture.kind === 'lost'}
        figures={keyFigures(view, picture, units, timeZone)}
      />
      <button type="button" className="search-button" aria-label="Search" onClick={onSearch}>
        <IconSearch aria-hidden="true" />
        <span>Search</span>
        <kbd className="kbd" aria-hidden="true">
          /
        </kbd>
      </button>
      <Announcer kind={picture.kind} />
    </div>
  )
}

/** What no figure tells: that none of them is real, or that they are another one's. */
function Badges({ status }: { status: Pick<Status, 'mode' | 'follow'> }) {
  return (
    <>
      {status.mode === 'simulated' && (
        <span className="badge-simulated" title="A simulated city: no real sensor is behind these figures">
          SIMULATED
        </span>
      )}
      {status.follow !== undefined && (
        <span
          className="badge-copy"
          title={`A copy of another city: it follows its tables and takes nothing in. The live picture is ${
            status.follow.live.from === 'topics' ? 'from the topics, seconds old' : 'as old as publishing'
          }.`}
        >
          COPY
        </span>
      )}
    </>
  )
}

function KeyFigures({ figures, stale }: { figures: ReturnType<typeof keyFigures>; stale: boolean }) {
  return (
    <dl className="key-figures" data-stale={stale}>
      {figures.map(({ key, label, figure, hint }) => (
        <div key={key} data-key={key} title={hint}>
          <dt>{label}</dt>
          <dd>
            <Figure of={figure} />
            {key === 'speed' && <SpeedChange />}
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** Speed of the last five minutes against what is usual at their time. */
function SpeedChange() {
  const { trends } = useCityTrends(null)
  const { state } = useLive()
  const { at = null, meanSpeedKmh = null } = state?.city ?? {}
  if (trends === null || at === null) return null
  const { against } = trends.speed
  const change = changeAt(trends.speed, meanSpeedKmh, at)
  if (change === null || against === null) return null
  return (
    <>
      {' '}
      <ShortChange change={{ change, measure: 'speed', against }} />
    </>
  )
}
