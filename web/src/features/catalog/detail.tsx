import { IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { CatalogDetail } from '../../../../src/serve/contract/index.ts'
import { useClockMs } from '../../api/live-context.tsx'
import { ago, count, UNKNOWN } from '../../ui/format.ts'
import { ErrorNote, Skeleton } from '../../ui/notes.tsx'
import { Spark } from '../../ui/spark/spark.tsx'
import { visible } from '../../ui/visible.ts'
import { detailQuery } from './queries.ts'
import { lineageSteps, qualityLines, schemaDiffs, shareText } from './view-model.ts'

/** One dataset or table in full. */
export function Detail({ name, onClose }: { name: string; onClose: () => void }) {
  const { data, error, refetch } = useQuery(detailQuery(name))
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <article className="catalog-detail" aria-label={`${name} in the catalogue`}>
      <header>
        <h3 ref={heading} tabIndex={-1}>
          {visible(name)}
        </h3>
        <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
          <IconX />
        </button>
      </header>
      {error !== null ? (
        <ErrorNote error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton height="12rem" label="Loading what is known of it" />
      ) : (
        <Parts detail={data} />
      )}
    </article>
  )
}

function Parts({ detail }: { detail: CatalogDetail }) {
  const steps = lineageSteps(detail)
  return (
    <>
      {detail.note !== null && <p className="catalog-trouble">{visible(detail.note)}</p>}
      {steps.length > 0 && (
        <ol className="catalog-chain" aria-label="From the source to the tables">
          {steps.map(({ title, text }) => (
            <li key={title}>
              <strong>{visible(title)}</strong>
              <span>{visible(text)}</span>
            </li>
          ))}
        </ol>
      )}
      {detail.versions.length > 0 && <QualityHistory detail={detail} />}
      <Changes detail={detail} />
      <Columns detail={detail} />
    </>
  )
}

function QualityHistory({ detail }: { detail: CatalogDetail }) {
  const refused = Object.entries(detail.entry.quality?.refused ?? {})
  return (
    <section aria-label="Quality">
      <dl className="catalog-quality">
        {qualityLines(detail).map(({ label, value, shortfall, says }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <strong>{value}</strong>
              <Spark values={shortfall} width={120} height={24} label={says} />
            </dd>
          </div>
        ))}
      </dl>
      {refused.length > 0 && (
        <p className="catalog-quiet">
          Refused: {refused.map(([reason, n]) => `${visible(reason)} ${count(n)}`).join(', ')}
        </p>
      )}
    </section>
  )
}

function Changes({ detail }: { detail: CatalogDetail }) {
  const clockMs = useClockMs()
  const diffs = schemaDiffs(detail)
  if (diffs.length === 0)
    return <p className="catalog-quiet">Its columns have not changed since it is known.</p>
  return (
    <ul className="catalog-diffs" aria-label="Changes of its columns">
      {diffs.map(({ since, held, lines }) => (
        <li key={since}>
          <span className="catalog-quiet">
            {ago(Math.max(0, clockMs - Date.parse(since)))}
            {held && ', held'}
          </span>
          {lines.map(({ sign, text, breaking }) => (
            <code key={`${sign}${text}`} data-sign={sign}>
              {sign} {visible(text)}
              {breaking && ' (breaking)'}
            </code>
          ))}
        </li>
      ))}
    </ul>
  )
}

function Columns({ detail }: { detail: CatalogDetail }) {
  return (
    <div className="catalog-scroll" tabIndex={0} role="region" aria-label="Columns">
      <table>
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">Type</th>
            <th scope="col">Needed</th>
            <th scope="col">Empty</th>
            <th scope="col">Different</th>
            <th scope="col" className="catalog-example-head">
              Example
            </th>
          </tr>
        </thead>
        <tbody>
          {detail.schema.map(({ name, type, unit, says, needed, nulls, distinct, example }) => (
            <tr key={name}>
              <th scope="row">{visible(name)}</th>
              <td>
                {visible(type)}
                {unit !== null && ` ${unit}`}
              </td>
              <td>{needed ? 'yes' : ''}</td>
              <td>{nulls === null ? UNKNOWN : shareText(nulls)}</td>
              <td>{count(distinct)}</td>
              <td className="catalog-example">{visible(example ?? says ?? '')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
