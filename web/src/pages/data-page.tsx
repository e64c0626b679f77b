import './data-page.css'
import { Catalog } from '../features/catalog/catalog.tsx'
import { Drift } from '../features/drift/drift.tsx'
import { Feeds } from '../features/feeds/feeds.tsx'
import { Jobs } from '../features/jobs/jobs.tsx'
import { Pipelines } from '../features/jobs/pipelines.tsx'
import { Losses } from '../features/losses/losses.tsx'
import { Pipeline } from '../features/pipeline/pipeline.tsx'
import { Quarantine } from '../features/quarantine/quarantine.tsx'
import { Streams } from '../features/streams/streams.tsx'

/** How the data is: the way of a reading into the tables, what was lost, and what was refused on the way. */
export function DataPage() {
  return (
    <div className="data-page">
      <h1>Data</h1>
      <Pipeline />
      <Losses />
      <Streams />
      <Feeds />
      <Jobs />
      <Pipelines />
      <Catalog />
      <Quarantine />
      <Drift />
    </div>
  )
}
