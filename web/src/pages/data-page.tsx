import './data-page.css'
import { Drift } from '../features/drift/drift.tsx'
import { Pipeline } from '../features/pipeline/pipeline.tsx'
import { Quarantine } from '../features/quarantine/quarantine.tsx'

/** How the data is: the stages from the door to gold, and what was refused on the way. */
export function DataPage() {
  return (
    <div className="data-page">
      <h1>Data</h1>
      <Pipeline />
      <Quarantine />
      <Drift />
    </div>
  )
}
