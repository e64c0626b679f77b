import './pipeline.css'
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconDatabase,
  IconFileText,
  IconTable,
  IconTrophy,
} from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { Status } from '../../../../src/serve/contract/index.ts'
import { useClockMs, useLiveSlice, useLiveStore } from '../../api/live-context.tsx'
import { ago } from '../../ui/format.ts'
import { Skeleton } from '../../ui/notes.tsx'
import { Figure } from '../../ui/quantity.tsx'
import { Spark } from '../../ui/spark.tsx'
import { healthOf, pushRate, rateText, stagesOf, type Rate, type Stage } from './view-model.ts'

const ICONS = { log: IconFileText, bronze: IconDatabase, silver: IconTable, gold: IconTrophy }
/** Two minutes, one value a second. */
const KEEP = 120

/** The way of a reading from the door to gold: what waits, how fresh, how much. */
export function Pipeline() {
  const status = useLiveSlice(view => view.state?.status ?? null)
  const rates = useRates()
  if (status === null) return <Skeleton height="16rem" label="Loading the pipeline" />
  const loaded = rates.map(rate => rate.loadedPerS)
  const accepted = rates.map(rate => rate.acceptedPerS)
  return (
    <section className="pipeline" aria-label="Pipeline">
      <Problems problems={status.problems} />
      <ol className="stages">
        {stagesOf(status).map((stage, i) => (
          <StageCard key={stage.key} stage={stage} first={i === 0} />
        ))}
      </ol>
      <dl className="health">
        {healthOf(status).map(({ key, label, value, detail, tone }) => (
          <div key={key} data-tone={tone}>
            <dt>{label}</dt>
            <dd>
              <strong>{value}</strong>
              <span>{detail}</span>
            </dd>
          </div>
        ))}
        <div className="health-rates">
          <dt>Loaded a second, last two minutes</dt>
          <dd>
            <strong>{rateText(loaded)}</strong>
            <span>dashed: accepted, {rateText(accepted)}</span>
            <Spark
              values={loaded}
              baseline={accepted}
              width={200}
              height={34}
              label="Loaded a second over the last two minutes, accepted as the dashed line"
            />
          </dd>
        </div>
      </dl>
    </section>
  )
}

function StageCard({ stage, first }: { stage: Stage; first: boolean }) {
  const Icon = ICONS[stage.key]
  return (
    <li className="stage" data-stage={stage.key}>
      <span className="stage-flow" data-moving={stage.moving}>
        <span className="stage-line" aria-hidden="true" />
        <span className="stage-rate">
          {stage.rate !== null && (
            <>
              <span className="visually-hidden">{first ? 'accepted' : 'loaded'} </span>
              {stage.rate}
            </>
          )}
        </span>
      </span>
      <div className="stage-card">
        <h2>
          <Icon aria-hidden="true" />
          {stage.title}
        </h2>
        <p className="stage-what">{stage.what}</p>
        <p className="stage-rows" title={`${stage.rowsExact} ${stage.unit}`}>
          {stage.rows} <span className="unit">{stage.unit}</span>
        </p>
        <p className="stage-size">
          <Figure of={stage.size} /> on disk
        </p>
      </div>
    </li>
  )
}

function Problems({ problems }: { problems: Status['problems'] }) {
  const clockMs = useClockMs()
  if (problems.length === 0) {
    return (
      <p className="problems-none">
        <IconCircleCheck aria-hidden="true" />
        Everything works
      </p>
    )
  }
  return (
    <ul className="problems" aria-label="Problems">
      {problems.map(problem => (
        <li key={problem.code}>
          <IconAlertTriangle aria-hidden="true" />
          <span>
            <strong>{problem.message}</strong>
            <span className="problem-since">
              {problem.code}, {ago(clockMs - Date.parse(problem.since))}
            </span>
          </span>
        </li>
      ))}
    </ul>
  )
}

/** Collected while the page is open; the server keeps no history of its rates. */
function useRates() {
  const store = useLiveStore()
  const [rates, setRates] = useState<Rate[]>([])
  useEffect(
    () =>
      store.subscribe(() => {
        const status = store.getView().state?.status
        if (status === undefined) return
        const entry = { atS: Math.floor(Date.now() / 1_000), ...status.rates }
        setRates(before => pushRate(before, entry, KEEP))
      }),
    [store],
  )
  return rates
}
