import './catalog.css'
import { IconAlertTriangle, IconDatabase } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useClockMs } from '../../api/live-context.tsx'
import { useAddress } from '../../ui/address.ts'
import { ErrorNote, Skeleton } from '../../ui/notes.tsx'
import { visible } from '../../ui/visible.ts'
import { Detail } from './detail.tsx'
import { catalogQuery } from './queries.ts'
import { entryRows } from './view-model.ts'
import type { EntryRow } from './view-model.ts'

/** What each dataset and table is: how much, how fresh, how good; one of them in full. */
export function Catalog() {
  const { data, error, refetch } = useQuery(catalogQuery)
  const clockMs = useClockMs()
  const { dataset, set } = useAddress()
  if (error !== null) return <ErrorNote error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton height="6rem" label="Loading the catalogue" />
  if (data.length === 0) return null
  const { datasets, tables } = entryRows(data, clockMs)
  const choose = (name: string | null) => set({ dataset: name })
  const isTable = tables.some(({ name }) => name === dataset)
  return (
    <section className="catalog" aria-labelledby="catalog-title">
      <h2 className="section-title" id="catalog-title">
        Catalogue <span>columns, versions and quality of each dataset and table</span>
      </h2>
      {datasets.length === 0 ? (
        <p className="catalog-none">
          No dataset is downloaded here. <code>jobs.datasets</code> in the settings names them.
        </p>
      ) : (
        <Entries label="Datasets" rows={datasets} chosen={dataset} onChoose={choose} />
      )}
      {dataset !== null && <Detail key={dataset} name={dataset} onClose={() => choose(null)} />}
      <details open={isTable || undefined}>
        <summary>Tables of the lake ({tables.length})</summary>
        <Entries label="Tables of the lake" rows={tables} chosen={dataset} onChoose={choose} />
      </details>
    </section>
  )
}

interface EntriesProps {
  readonly label: string
  readonly rows: readonly EntryRow[]
  readonly chosen: string | null
  readonly onChoose: (name: string) => void
}

function Entries({ label, rows, chosen, onChoose }: EntriesProps) {
  return (
    <div className="catalog-scroll" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Rows</th>
            <th scope="col">Newest</th>
            <th scope="col">Received</th>
            <th scope="col">Quality</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={row.name} data-troubled={row.trouble !== null}>
              <th scope="row">
                {row.trouble === null ? (
                  <IconDatabase aria-hidden="true" />
                ) : (
                  <IconAlertTriangle aria-hidden="true" />
                )}
                <div>
                  <button type="button" aria-pressed={row.name === chosen} onClick={() => onChoose(row.name)}>
                    {visible(row.name)}
                  </button>
                  <p>{visible(row.says)}</p>
                  {row.trouble !== null && <p className="catalog-trouble">{visible(row.trouble)}</p>}
                </div>
              </th>
              <td>{row.rows}</td>
              <td>{row.newest}</td>
              <td>{row.received}</td>
              <td>{row.quality}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
