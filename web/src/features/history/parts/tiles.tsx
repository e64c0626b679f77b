import type { IncidentOverview } from '../../../../../src/serve/contract/index.ts'
import { tilesOf } from '../model/figures.ts'

/** The figures of what is chosen. */
export function Tiles({ overview }: { overview: IncidentOverview }) {
  return (
    <dl className="history-tiles">
      {tilesOf(overview).map(({ label, value, detail }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <strong>{value}</strong>
            <span>{detail}</span>
          </dd>
        </div>
      ))}
    </dl>
  )
}
