import './history.css'
import './parts/history-parts.css'
import './parts/history-lists.css'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useCallback, useMemo } from 'react'
import type { IncidentOverview, IncidentTrend } from '../../../../src/serve/contract/index.ts'
import { useIsPublic } from '../../api/public-city.tsx'
import { useAddress } from '../../ui/address.ts'
import { later } from '../../ui/later.tsx'
import { EmptyNote, ErrorNote, Skeleton } from '../../ui/notes.tsx'
import { FeedLinks } from './feed-links.tsx'
import { ALL, choiceOf, isAll, RESET, type HistoryChoice } from './model/choice.ts'
import { daysWithin } from './model/days.ts'
import { communityBars, typeBars, weatherBars, weatherNote } from './model/figures.ts'
import { placedOf } from './model/places.ts'
import { wordingNote } from './model/words.ts'
import { BarList } from './parts/bar-list.tsx'
import { DayChart } from './parts/day-chart.tsx'
import { Chips, Filters } from './parts/filters.tsx'
import { HeatGrid } from './parts/heat-grid.tsx'
import { MapCard } from './parts/map-card.tsx'
import { RangeStrip } from './parts/range-strip.tsx'
import { Tiles } from './parts/tiles.tsx'
import { overviewQuery, pointsQuery, trendQuery } from './queries.ts'

const Comparisons = later(async () => ({
  default: (await import('./compare/comparisons.tsx')).Comparisons,
}))

const TYPES = 11
const COMMUNITIES = 10

/** What the incident record says: chosen by time, kind and place, each figure a way to choose further. */
export function HistoryView() {
  const { history } = useAddress()
  const choice = useMemo(() => choiceOf(history), [history])
  const record = useQuery(overviewQuery(ALL))
  const chosen = useQuery(overviewQuery(choice))
  const error = chosen.error ?? record.error
  const retry = () => void Promise.all([record.refetch(), chosen.refetch()])
  return (
    <section className="history-view" aria-labelledby="history-title">
      <div className="history-bar">
        <h1 id="history-title">History</h1>
        <p>
          Incidents as the city’s traffic centre reported them. Reports are not crashes: see what is counted
          below.
        </p>
        <FeedLinks />
      </div>
      <Filters choice={choice} record={record.data} />
      <Chips choice={choice} />
      {error !== null && <ErrorNote error={error} onRetry={retry} />}
      {chosen.data !== undefined && record.data !== undefined ? (
        <Found
          choice={choice}
          record={record.data}
          chosen={chosen.data}
          stale={chosen.isPlaceholderData || error !== null}
        />
      ) : error === null ? (
        <Loading />
      ) : null}
    </section>
  )
}

interface FoundProps {
  readonly choice: HistoryChoice
  readonly record: IncidentOverview
  readonly chosen: IncidentOverview
  /** The figures are of another choice, or of before the trouble. */
  readonly stale: boolean
}

function Found({ choice, record, chosen, stale }: FoundProps) {
  const { set } = useAddress()
  if (record.total === 0 && record.days.length === 0) return <NoRecord />
  if (chosen.total === 0) return <NothingFits choice={choice} onReset={() => set(RESET)} />
  return (
    <div className="history-found" data-stale={stale} aria-busy={stale}>
      <Tiles overview={chosen} />
      <Line {...{ choice, chosen }} />
      <div className="history-columns">
        <Places choice={choice} />
        <div className="history-side">
          <Hours choice={choice} />
          <Types choice={choice} />
        </div>
        <Communities choice={choice} />
        <Weather choice={choice} />
        <Suspense fallback={<Skeleton height="8rem" label="Loading the comparisons" />}>
          <Comparisons choice={choice} />
        </Suspense>
        <Counted />
      </div>
    </div>
  )
}

function Line({ choice, chosen }: Pick<FoundProps, 'choice' | 'chosen'>) {
  const { history, set } = useAddress()
  const isOn = history.line === 'trend'
  const trend = useQuery({ ...trendQuery(choice), enabled: isOn })
  const whole = useQuery(overviewQuery(without(choice, { from: null, to: null })))
  const onRange = useCallback(
    (range: { from: string | null; to: string | null }) => set({ ...range, moment: null }),
    [set],
  )
  const onTrend = useCallback((on: boolean) => set({ line: on ? 'trend' : null }), [set])
  const { from, to, types } = choice
  const days = useMemo(() => daysWithin(chosen.days, from, to), [chosen.days, from, to])
  const note = types.length > 0 ? wordingNote(days[0]?.day ?? null, days.at(-1)?.day ?? null) : null
  return (
    <div className="history-line">
      <DayChart
        {...{ days, note, onRange, onTrend }}
        trend={isOn ? (trend.data?.result ?? null) : null}
        trendState={trendStateOf(isOn, trend)}
      />
      {whole.data !== undefined && whole.data.days.length > 1 && (
        <RangeStrip days={whole.data.days} from={choice.from} to={choice.to} onRange={onRange} />
      )}
    </div>
  )
}

function trendStateOf(
  isOn: boolean,
  { data, error }: { data: IncidentTrend | undefined; error: Error | null },
): 'off' | 'computing' | 'ready' | 'failed' {
  if (!isOn) return 'off'
  if (data?.state === 'ready') return 'ready'
  return error === null ? 'computing' : 'failed'
}

function Places({ choice }: { choice: HistoryChoice }) {
  const { data, error, refetch } = useQuery(pointsQuery(choice))
  const incidents = useMemo(() => (data === undefined ? [] : placedOf(data)), [data])
  if (error !== null && data === undefined) return <ErrorNote error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton height="34rem" label="Loading places" />
  return <MapCard choice={choice} incidents={incidents} total={data.total} />
}

/** What a figure chooses is not taken from the figure itself: the other hours and kinds stay in sight. */
function without(choice: HistoryChoice, less: Partial<HistoryChoice>): HistoryChoice {
  return { ...choice, ...less }
}

function Hours({ choice }: { choice: HistoryChoice }) {
  const { data } = useQuery(overviewQuery(without(choice, { weekdays: [], hours: null })))
  return data === undefined ? null : <HeatGrid hours={data.hours} choice={choice} />
}

function Types({ choice }: { choice: HistoryChoice }) {
  const { data } = useQuery(overviewQuery(without(choice, { types: [] })))
  if (data === undefined) return null
  const days = daysWithin(data.days, choice.from, choice.to)
  return (
    <BarList
      title="What was reported"
      caption="by type, as the words of the report say"
      parameter="type"
      bars={typeBars(data.types, choice.types, TYPES)}
      chosen={choice.types}
      note={wordingNote(days[0]?.day ?? null, days.at(-1)?.day ?? null)}
    />
  )
}

function Communities({ choice }: { choice: HistoryChoice }) {
  const { data } = useQuery(overviewQuery(without(choice, { communities: [] })))
  if (data === undefined) return null
  return (
    <BarList
      title="Communities"
      caption={`the ${COMMUNITIES} with most; the others are found by the search above`}
      parameter="community"
      bars={communityBars(data.communities, choice.communities, COMMUNITIES)}
      chosen={choice.communities}
    />
  )
}

function Weather({ choice }: { choice: HistoryChoice }) {
  const { data } = useQuery(overviewQuery(without(choice, { weather: [] })))
  if (data === undefined) return null
  return (
    <BarList
      title="Weather"
      caption="of the hour, or of the day where only that is known"
      parameter="weather"
      bars={weatherBars(data.weather, choice.weather)}
      chosen={choice.weather}
      note={weatherNote(data.weather)}
    />
  )
}

function Counted() {
  return (
    <section className="history-card history-counted" aria-labelledby="counted-title">
      <h2 id="counted-title">What is counted</h2>
      <ul>
        <li>
          <b>Reports, not crashes.</b> What the traffic centre saw or was told: a crash that nobody reported
          is not here, and a stalled car is. More reports may mean more watching.
        </li>
        <li>
          <b>Each event once.</b> Reports of the same event at the same second and place are linked, and can
          be taken apart; what the source took back is left out.
        </li>
        <li>
          <b>Gaps are gaps.</b> A day of which the record has nothing counts in no rate.
        </li>
        <li>
          <b>The wording of reports changed</b> in 2019 and 2023: totals by type do not compare across these
          years.
        </li>
      </ul>
    </section>
  )
}

function Loading() {
  return (
    <div className="history-found">
      <Skeleton height="4.5rem" label="Loading figures" />
      <Skeleton height="12rem" label="Loading the days" />
      <Skeleton height="30rem" label="Loading the map" />
    </div>
  )
}

function NoRecord() {
  const isPublic = useIsPublic()
  if (isPublic) return <EmptyNote title="No incidents yet">The city has published none so far.</EmptyNote>
  return (
    <EmptyNote title="No incidents yet">
      Import the city’s open data: <code>arterial incidents import incidents.csv</code> takes files and
      addresses, and may be run again at any time; nothing is counted twice.
    </EmptyNote>
  )
}

function NothingFits({ choice, onReset }: { choice: HistoryChoice; onReset: () => void }) {
  return (
    <div className="history-nothing">
      <EmptyNote title="No incident fits">
        {isAll(choice)
          ? 'All that is known was taken back by its source.'
          : 'Take one of the choices above back.'}
      </EmptyNote>
      {!isAll(choice) && (
        <button type="button" className="button" onClick={onReset}>
          Reset all
        </button>
      )}
    </div>
  )
}
