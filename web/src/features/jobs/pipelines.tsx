import './pipelines.css'
import {
  IconAlertTriangle,
  IconChecks,
  IconCircleCheck,
  IconCircleDashed,
  IconPlayerPlay,
  IconPlayerSkipForward,
  IconPlayerStop,
  IconRefresh,
} from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { visible } from '../../ui/visible.ts'
import { actOn, jobsQuery } from './queries.ts'
import { BOX } from './step-layout.ts'
import { pipelineViews } from './step-view.ts'
import type { PipelineView, StepState, StepView } from './step-view.ts'

const ICONS: Readonly<Record<StepState, typeof IconCircleCheck>> = {
  waiting: IconCircleDashed,
  running: IconPlayerPlay,
  retrying: IconRefresh,
  succeeded: IconCircleCheck,
  failed: IconAlertTriangle,
  skipped: IconPlayerSkipForward,
  covered: IconChecks,
  stopped: IconPlayerStop,
}

/** The steps of each pipeline and how they went, as a graph; nothing where there is none. Errors are the jobs' to tell. */
export function Pipelines() {
  const { data = [] } = useQuery(jobsQuery)
  const views = pipelineViews(data)
  if (views.length === 0) return null
  return (
    <section aria-labelledby="pipelines-title">
      <h2 className="section-title" id="pipelines-title">
        Pipelines <span>steps in order, each run for a day</span>
      </h2>
      {views.map(view => (
        <PipelineGraph key={view.name} view={view} />
      ))}
    </section>
  )
}

function PipelineGraph({ view }: { view: PipelineView }) {
  const [chosen, choose] = useState<string | null>(null)
  const details = useId()
  const { name, about, run, steps, layout, reportDay } = view
  const shown = steps.find(step => step.name === chosen) ?? null
  return (
    <article className="pipeline-graph" aria-label={`Pipeline ${name}`}>
      <header>
        <h3>{visible(name)}</h3>
        <p>{visible(about)}</p>
        <p className="pipeline-run" role="status">
          {run}
        </p>
        {reportDay !== null && (
          <a className="button" href={`/v1/reports/${reportDay}/markdown`} target="_blank" rel="noreferrer">
            Report of {reportDay}
          </a>
        )}
        <StopButton view={view} />
      </header>
      <div className="graph-scroll" role="region" aria-label={`Steps of ${name}`} tabIndex={0}>
        <div className="graph" style={{ width: layout.width, height: layout.height }}>
          <Arrows layout={layout} />
          <ol>
            {steps.map(step => (
              <li key={step.name} style={{ left: step.x, top: step.y, width: BOX.width, height: BOX.height }}>
                <StepButton
                  step={step}
                  isShown={step.name === chosen}
                  details={details}
                  onChoose={() => choose(step.name === chosen ? null : step.name)}
                />
              </li>
            ))}
          </ol>
        </div>
      </div>
      <div id={details} aria-live="polite">
        {shown !== null && <Details step={shown} />}
      </div>
    </article>
  )
}

function StopButton({ view: { name, canStop } }: { view: PipelineView }) {
  const client = useQueryClient()
  const stop = useMutation({
    mutationFn: () => actOn(name, 'stop'),
    onSettled: () => client.invalidateQueries(jobsQuery),
  })
  if (!canStop) return null
  return (
    <button type="button" className="button" disabled={stop.isPending} onClick={() => stop.mutate()}>
      Stop<span className="visually-hidden"> {name}</span>
    </button>
  )
}

function Arrows({ layout }: { layout: PipelineView['layout'] }) {
  const head = useId()
  return (
    <svg width={layout.width} height={layout.height} aria-hidden="true">
      <defs>
        <marker id={head} viewBox="0 0 6 6" refX="1" refY="3" markerWidth="6" markerHeight="6" orient="auto">
          <path d="M0,0 L6,3 L0,6 z" className="arrow-head" />
        </marker>
      </defs>
      {layout.arrows.map(({ from, to, path }) => (
        <path key={`${from} ${to}`} d={path} className="arrow-line" markerEnd={`url(#${head})`} />
      ))}
    </svg>
  )
}

interface StepButtonProps {
  readonly step: StepView
  readonly isShown: boolean
  /** Id of where the details appear. */
  readonly details: string
  readonly onChoose: () => void
}

function StepButton({ step, isShown, details, onChoose }: StepButtonProps) {
  const Icon = ICONS[step.state]
  return (
    <button
      type="button"
      className="graph-step"
      data-state={step.state}
      aria-expanded={isShown}
      aria-controls={details}
      onClick={onChoose}
    >
      <Icon aria-hidden="true" size={18} />
      <span>
        <strong>{visible(step.name)}</strong>
        <span className="step-says">{step.says}</span>
        <span className="step-after">{visible(step.after)}</span>
      </span>
    </button>
  )
}

function Details({ step }: { step: StepView }) {
  return (
    <dl className="step-details">
      {step.details.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{visible(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
