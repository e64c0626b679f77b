import './pipeline.css'
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconDatabase,
  IconFileText,
  IconInfoCircle,
  IconTable,
  IconTrophy,
} from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { Status } from '../../../../src/serve/contract/index.ts'
import { useClockMs, useLiveSlice, useLiveStore, usePicture } from '../../api/live-context.tsx'
import { programLine, programOf, type ProblemNote } from '../../state/program.ts'
import { useTimeZone } from '../../ui/address.ts'
import { ago } from '../../ui/format.ts'
import { Skeleton } from '../../ui/notes.tsx'
import { Figure } from '../../ui/quantity.tsx'
import { Spark } from '../../ui/spark/spark.tsx'
import { visible } from '../../ui/visible.ts'
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
      <ProgramState status={status} />
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

function ProgramState({ status }: { status: Status }) {
  const clockMs = useClockMs()
  const timeZone = useTimeZone()
  const picture = usePicture()
  const program = programOf(picture, status)
  if (program.kind === 'troubled') return <Problems problems={program.problems} />
  const line = programLine(program, picture, clockMs, timeZone)
  if (line === null) return null
  const Icon =
    line.tone === 'good' ? IconCircleCheck : line.tone === 'quiet' ? IconInfoCircle : IconAlertTriangle
  return (
    <p className="program-line" data-tone={line.tone}>
      <Icon aria-hidden="true" />
      {line.text}
    </p>
  )
}

function Problems({ problems }: { problems: readonly ProblemNote[] }) {
  const clockMs = useClockMs()
  return (
    <ul className="problems" aria-label="Problems">
      {problems.map(({ code, message, sinceMs }) => (
        <li key={code}>
          <IconAlertTriangle aria-hidden="true" />
          <span>
            <strong>{visible(message)}</strong>
            <span className="problem-since">
              {code}
              {sinceMs !== null && `, ${ago(Math.max(0, clockMs - sinceMs))}`}
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
