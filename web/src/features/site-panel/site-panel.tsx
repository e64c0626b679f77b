import './site-panel.css'
import { useQuery } from '@tanstack/react-query'
import { IconX } from '@tabler/icons-react'
import { useEffect, useMemo, useRef } from 'react'
import type { Intersection, LiveSite } from '../../../../src/serve/contract/index.ts'
import { useCityNowMs, useLiveSlice } from '../../api/live-context.tsx'
import { usePlaces } from '../../api/places.ts'
import { siteDaysQuery, siteUsualQuery } from '../../api/queries.ts'
import { bandsOf, isSilent, measureOf, stepOf } from '../../map/bands.ts'
import { Mark } from '../../map/mark.tsx'
import { useAddress, useTimeZone, useUnits } from '../../ui/address.ts'
import { ChangeNote } from '../../ui/change.tsx'
import { chartModels } from '../../ui/chart/chart-models.ts'
import { TimeChart } from '../../ui/chart/time-chart.tsx'
import { clockSeconds } from '../../ui/city-time.ts'
import { ago, words } from '../../ui/format.ts'
import { EmptyNote, ErrorNote, Skeleton } from '../../ui/notes.tsx'
import { Figure } from '../../ui/quantity.tsx'
import { SensorList } from './sensor-list.tsx'
import { siteFigures, siteTrends, type SiteTrends } from './view-model.ts'

/** One intersection: how it is now, the last day, its signal and its sensors. */
export function SitePanel({ id }: { id: string }) {
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
        <Body id={id} site={site} place={place} />
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
}

function Body({ id, site, place }: BodyProps) {
  const { trends, query } = useSiteTrends(id)
  return (
    <>
      {site === null ? (
        <EmptyNote title="No reading in the live picture">The history below is what the lake has.</EmptyNote>
      ) : (
        <Now site={site} trends={trends} />
      )}
      <Charts id={id} trends={trends} error={query.error} retry={() => void query.refetch()} />
      <SensorList id={id} />
      {place !== undefined && <Facts place={place} />}
    </>
  )
}

function Now({ site, trends }: { site: LiveSite; trends: SiteTrends | null }) {
  const units = useUnits()
  const timeZone = useTimeZone()
  const cityAtMs = useLiveSlice(view => view.state?.city.at ?? null)
  const measure = useLiveSlice(view => measureOf(view.state?.sites.values() ?? []))
  const silent = isSilent(site, cityAtMs)
  const step = silent ? null : stepOf(site, measure, units)
  const band = bandsOf(measure, units).find(band => band.step === step)
  return (
    <>
      <div className="site-now" data-silent={silent}>
        <Mark step={band?.step ?? null} mark={band?.mark ?? ''} size={52} />
        <div className="site-grade">
          <strong>
            {band === undefined ? 'Unknown' : measure === 'delay' ? `Grade ${band.mark}` : band.label}
          </strong>
          <span>{measure === 'delay' ? 'estimated delay grade' : 'mean speed, last 5 min'}</span>
        </div>
        {site.signal !== null && <Signal state={site.signal} />}
      </div>
      <dl className="site-figures" data-silent={silent}>
        {siteFigures(site, trends, units).map(({ key, label, figure, change }) => (
          <div key={key}>
            <dt>{label}</dt>
            <dd>
              <Figure of={figure} />
              <ChangeNote change={change} />
            </dd>
          </div>
        ))}
      </dl>
      <p className="panel-note">
        {silent ? 'Silent: last' : 'Last'} reading {clockSeconds(site.at, timeZone)}
        {silent && cityAtMs !== null && `, ${ago(cityAtMs - site.at)}`}
      </p>
    </>
  )
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
  readonly trends: SiteTrends | null
  readonly error: Error | null
  readonly retry: () => void
}

function Charts({ id, trends, error, retry }: ChartsProps) {
  const timeZone = useTimeZone()
  const units = useUnits()
  const models = useMemo(
    () => (trends === null ? null : chartModels(trends, timeZone, units, '5 min')),
    [trends, timeZone, units],
  )
  if (error !== null) return <ErrorNote error={error} onRetry={retry} />
  if (models === null) return <Skeleton height="24rem" label="Loading the last 24 hours" />
  return (
    <div className="panel-charts">
      <h2 className="panel-section">Last 24 hours</h2>
      {models.length === 0 && <EmptyNote title="Nothing was measured here in the last 24 hours" />}
      {models.map(model => (
        <TimeChart key={model.key} model={model} timeZone={timeZone} fileName={`${id}-${model.key}-24h`} />
      ))}
    </div>
  )
}

function Facts({ place }: { place: Intersection }) {
  const facts: (readonly [string, string])[] = [
    ['Camera', place.camera ? 'on site, no stream configured' : 'none'],
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

const WINDOW_MS = 5 * 60_000

function useSiteTrends(id: string) {
  const nowMs = useCityNowMs(WINDOW_MS)
  const timeZone = useTimeZone()
  const query = useQuery({ ...siteDaysQuery(id, nowMs ?? 0), enabled: nowMs !== null })
  const usual = useQuery(siteUsualQuery(id, nowMs ?? 0, nowMs !== null && query.isSuccess))
  const trends = useMemo(
    () =>
      nowMs === null || query.data === undefined
        ? null
        : siteTrends(query.data, usual.data ?? [], nowMs, timeZone),
    [nowMs, query.data, usual.data, timeZone],
  )
  return { trends, query }
}
