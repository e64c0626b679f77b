import './site-panel.css'
import { useQuery } from '@tanstack/react-query'
import { IconX } from '@tabler/icons-react'
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import type { Intersection, IntersectionMetrics, LiveSite } from '../../../../src/serve/contract/index.ts'
import { dayFacts, type DayFacts } from '../../analysis/history-rows.ts'
import type { Trend } from '../../analysis/trend.ts'
import { useClockMs, useFinishedMs, useLiveSlice, usePicture } from '../../api/live-context.tsx'
import { usePlaces } from '../../api/places.ts'
import { measureOf } from '../../map/bands.ts'
import { Mark } from '../../map/marks/mark.tsx'
import { asOfMs } from '../../state/city-words.ts'
import { noChartWords } from '../../state/history.ts'
import { agoBaseMs } from '../../state/picture.ts'
import { knowsSignal, siteStateOf, siteWords } from '../../state/site.ts'
import { useAddress, useTimeZone, useUnits } from '../../ui/address.ts'
import { ChangeNote } from '../../ui/change/change.tsx'
import { chartModels, chartTitles, sameTitles } from '../../ui/chart/chart-models.ts'
import { TimeChart } from '../../ui/chart/time-chart.tsx'
import { clock, moment } from '../../ui/city-time.ts'
import { words } from '../../ui/format.ts'
import { EmptyNote, ErrorNote, Skeleton } from '../../ui/notes.tsx'
import { Figure } from '../../ui/quantity.tsx'
import { siteDaysQuery, siteUsualQuery } from './queries.ts'
import { SensorList } from './sensor-list.tsx'
import { siteFigures, siteTrends, standingOf, WINDOW_MS, type SiteTrends } from './view-model.ts'

/** One intersection: how it is now, the last day, its signal and its sensors. */
export function SitePanel({ id, cameras }: { id: string; cameras: ReactNode }) {
  const { places, isSuccess } = usePlaces()
  const site = useLiveSlice(view => view.state?.sites.get(id) ?? null)
  const place = places.byId.get(id)
  const foreign = isSuccess && place === undefined && site === null
  const title = foreign ? `There is no site ${id}` : (place?.name ?? id)
  return (
    <section className="panel" aria-label={title}>
      <Head id={id} title={title} place={place} />
      {foreign ? (
        <p className="panel-note">The address may be of another city. Search with “/”.</p>
      ) : (
        <Body id={id} site={site} place={place} cameras={cameras} />
      )}
    </section>
  )
}

function Head({ id, title, place }: { id: string; title: string; place: Intersection | undefined }) {
  const { set } = useAddress()
  const heading = useRef<HTMLHeadingElement>(null)
  // On a phone the panel lies below the map: bring its head in sight, without taking the focus from the list or map.
  useEffect(() => {
    if (globalThis.matchMedia('(max-width: 60rem)').matches)
      heading.current?.scrollIntoView({ block: 'nearest' })
  }, [id])
  return (
    <div className="panel-head">
      <div>
        {place !== undefined && (
          <p className="panel-kicker">
            {id} · {words(place.district)}
          </p>
        )}
        <h1 ref={heading}>{title}</h1>
      </div>
      <button
        type="button"
        className="icon-button"
        title="Back to the city (Esc)"
        aria-label="Close this site"
        onClick={() => set({ site: null })}
      >
        <IconX />
      </button>
    </div>
  )
}

interface BodyProps {
  readonly id: string
  readonly site: LiveSite | null
  readonly place: Intersection | undefined
  /** What cameras see of it. */
  readonly cameras: ReactNode
}

function Body({ id, site, place, cameras }: BodyProps) {
  const history = useSiteHistory(id)
  return (
    <>
      <Now site={site} trends={history.trends} />
      {cameras}
      <Charts id={id} site={site} history={history} />
      <SensorList id={id} />
      {place !== undefined && <Facts place={place} />}
    </>
  )
}

function Now({ site, trends }: { site: LiveSite | null; trends: SiteTrends | null }) {
  const units = useUnits()
  const timeZone = useTimeZone()
  const picture = usePicture()
  const clockMs = useClockMs()
  const { measure, state } = useSiteState(site)
  const asOf = asOfMs(picture)
  const then = asOf === null ? null : moment(asOf, clockMs, timeZone)
  const words = siteWords(state, measure, agoBaseMs(picture, clockMs), then)
  const band = state.kind === 'measured' ? state.band : null
  const silent = state.kind === 'silent'
  return (
    <>
      <div className="site-now" data-silent={band === null}>
        <Mark step={band?.step ?? null} mark={band?.mark ?? ''} size={52} />
        <div className="site-grade">
          <strong>{words.title}</strong>
          <span>{words.detail}</span>
        </div>
        {site?.signal != null && knowsSignal(state, picture) && <Signal state={site.signal} />}
      </div>
      {site !== null && (
        <>
          <dl className="site-figures" data-silent={silent}>
            {siteFigures(site, trends, silent, units).map(({ key, label, figure, change }) => (
              <div key={key}>
                <dt>{label}</dt>
                <dd>
                  <Figure of={figure} />
                  <ChangeNote change={change} />
                </dd>
              </div>
            ))}
          </dl>
          <p className="panel-note">Last reading {moment(site.at, clockMs, timeZone)}</p>
        </>
      )}
    </>
  )
}

function useSiteState(site: LiveSite | null) {
  const units = useUnits()
  const cityAtMs = useLiveSlice(view => view.state?.city.at ?? null)
  const measure = useLiveSlice(view => measureOf(view.state?.sites.values() ?? []))
  return { measure, state: siteStateOf(site, cityAtMs, measure, units) }
}

/** A signal head: place tells as much as colour, and the word is there. */
function Signal({ state }: { state: NonNullable<LiveSite['signal']> }) {
  return (
    <div className="signal">
      <span className="signal-head" aria-hidden="true">
        {(['red', 'yellow', 'green'] as const).map(lamp => (
          <span key={lamp} className="signal-lamp" data-lamp={lamp} data-on={lamp === state} />
        ))}
      </span>
      <span>
        <span className="signal-label">Signal</span>
        {words(state)}
      </span>
    </div>
  )
}

interface ChartsProps {
  readonly id: string
  readonly site: LiveSite | null
  readonly history: SiteHistory
}

function Charts({ id, site, history: { trends, rows, endMs, error, retry } }: ChartsProps) {
  return (
    <>
      {error !== null && <ErrorNote error={error} onRetry={retry} />}
      {trends === null ? (
        error === null && <Skeleton height="24rem" label="Loading the last 24 hours" />
      ) : (
        <Drawn id={id} site={site} trends={trends} facts={dayFacts(rows, endMs)} />
      )}
    </>
  )
}

interface DrawnProps {
  readonly id: string
  readonly site: LiveSite | null
  readonly trends: SiteTrends
  readonly facts: DayFacts
}

function Drawn({ id, site, trends, facts }: DrawnProps) {
  const timeZone = useTimeZone()
  const units = useUnits()
  const { state } = useSiteState(site)
  const silentMs = state.kind === 'silent' ? state.atMs : null
  const now = chartTitles(trends, standingOf(site, trends, silentMs !== null), timeZone, silentMs)
  const [shown, setShown] = useState(now)
  const titles = sameTitles(shown, now)
  if (titles !== shown) setShown(titles)
  const models = useMemo(() => chartModels(trends, titles, units, '5 min'), [trends, titles, units])
  const none = noChartWords(
    { newestMs: site?.at ?? null, ...facts },
    atMs => clock(atMs, timeZone),
    WINDOW_MS,
  )
  return (
    <div className="panel-charts">
      <h2 className="panel-section">Last 24 hours</h2>
      {Object.values(trends).some(({ byCamera }: Trend) => byCamera.includes(true)) && (
        <p className="panel-note">Dotted: counted by camera, because no loop of the site reported.</p>
      )}
      {models.length === 0 && <EmptyNote title={none.title}>{none.detail}</EmptyNote>}
      {models.map(model => (
        <TimeChart key={model.key} model={model} timeZone={timeZone} fileName={`${id}-${model.key}-24h`} />
      ))}
    </div>
  )
}

function Facts({ place }: { place: Intersection }) {
  const facts: (readonly [string, string])[] = [
    ['Camera', place.camera ? 'on site' : 'none'],
    ...(place.lanes === null ? [] : [['Lanes', `${place.lanes} an approach`] as const]),
    [
      'Place',
      place.latitude === null || place.longitude === null
        ? 'not known'
        : `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`,
    ],
  ]
  return (
    <dl className="site-facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

interface SiteHistory {
  /** Null until all of it is there, so that no comparison turns into another one. */
  readonly trends: SiteTrends | null
  readonly rows: readonly IntersectionMetrics[]
  readonly endMs: number
  readonly error: Error | null
  readonly retry: () => void
}

function useSiteHistory(id: string): SiteHistory {
  const nextMs = useFinishedMs(WINDOW_MS)
  const timeZone = useTimeZone()
  const recent = useQuery({ ...siteDaysQuery(id, nextMs ?? 0), enabled: nextMs !== null })
  const usual = useQuery({ ...siteUsualQuery(id, nextMs ?? 0), enabled: nextMs !== null })
  const trends = useMemo(
    () =>
      recent.data === undefined || (usual.data === undefined && !usual.isError)
        ? null
        : siteTrends(recent.data.rows, usual.data ?? null, recent.data.endMs, timeZone),
    [recent.data, usual.data, usual.isError, timeZone],
  )
  const failed = recent.error === null ? usual : recent
  return {
    trends,
    rows: recent.data?.rows ?? [],
    endMs: recent.data?.endMs ?? 0,
    error: failed.error,
    retry: () => void failed.refetch(),
  }
}
