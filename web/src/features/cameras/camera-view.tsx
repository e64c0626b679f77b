import './cameras.css'
import { IconEyeOff } from '@tabler/icons-react'
import { useClockMs } from '../../api/live-context.tsx'
import { useTimeZone, useUnits } from '../../ui/address.ts'
import { clockSeconds } from '../../ui/city-time.ts'
import { ago, count } from '../../ui/format.ts'
import { ErrorNote } from '../../ui/notes.tsx'
import { Spark } from '../../ui/spark/spark.tsx'
import { visible } from '../../ui/visible.ts'
import { isGone, type CameraRow, type ObservationRow } from './queries.ts'
import { useObservations, useSnapshot } from './use-cameras.ts'
import {
  altText,
  classCounts,
  intervalText,
  observationFacts,
  policyOf,
  vehicleSeries,
  vehiclesOf,
} from './view-model.ts'

/** What one camera sees: its picture, and what it counted. */
export function CameraView({ camera }: { camera: CameraRow }) {
  return (
    <div className="camera-view">
      <Picture camera={camera} />
      <Counts camera={camera} />
    </div>
  )
}

function Picture({ camera }: { camera: CameraRow }) {
  const policy = policyOf(camera)
  const { url, takenMs, error, retry } = useSnapshot(camera.camera_id, policy !== 'hidden')
  const clockMs = useClockMs()
  if (policy === 'hidden' || isGone(error)) {
    return (
      <div className="camera-picture">
        <p className="camera-none">
          <IconEyeOff aria-hidden="true" />
          {policy === 'hidden'
            ? 'The picture is hidden by policy; the counts are not.'
            : 'This camera gives no picture.'}
        </p>
      </div>
    )
  }
  const ageMs = takenMs === null ? null : clockMs - takenMs
  const old = ageMs !== null && ageMs > 60_000
  return (
    <figure className="camera-figure">
      <div className="camera-picture" data-old={old || error !== null}>
        {url === null ? (
          error === null && <p className="camera-none">Waiting for the picture …</p>
        ) : (
          <img src={url} alt={altText(camera, policy, ageMs)} width="640" height="360" />
        )}
        {policy === 'blurred' && url !== null && <span className="camera-badge">blurred by policy</span>}
      </div>
      {error !== null && <ErrorNote error={error} onRetry={retry} />}
      <figcaption className="panel-note">
        {url === null
          ? 'No picture yet'
          : ageMs === null
            ? 'Taken at an unknown time'
            : `Taken ${ago(Math.max(0, ageMs))}`}
        , looked at each 10 s
      </figcaption>
    </figure>
  )
}

function Counts({ camera }: { camera: CameraRow }) {
  const { data, error, refetch } = useObservations(camera.camera_id)
  if (error !== null) return <ErrorNote error={error} onRetry={() => void refetch()} />
  const newest = data?.[0]
  if (data == null || newest === undefined)
    return (
      <p className="panel-note">
        {data === undefined ? 'Asking for counts …' : 'Nothing counted in the last hour.'}
      </p>
    )
  return <Counted newest={newest} rows={data} />
}

function Counted({ newest, rows }: { newest: ObservationRow; rows: readonly ObservationRow[] }) {
  const units = useUnits()
  const timeZone = useTimeZone()
  const series = vehicleSeries(rows)
  const now = vehiclesOf(newest)
  return (
    <div className="camera-counts">
      <p className="panel-section">
        Counted {intervalText(newest)}{' '}
        <span className="panel-count">{clockSeconds(newest.observed_at, timeZone)}</span>
      </p>
      <dl className="class-counts">
        {classCounts(newest).map(({ key, label, text, share }) => (
          <div key={key}>
            <dt>{label}</dt>
            <dd>
              <span className="class-bar" aria-hidden="true">
                <span style={{ width: `${share * 100}%` }} />
              </span>
              {text}
            </dd>
          </div>
        ))}
      </dl>
      <dl className="camera-facts">
        {observationFacts(newest, units).map(({ label, text }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{visible(text)}</dd>
          </div>
        ))}
      </dl>
      {series.length > 2 && (
        <div className="camera-spark">
          <span>Vehicles, last hour</span>
          <Spark
            values={series}
            width={200}
            height={28}
            label={`Vehicles of the last hour; the newest count is ${count(now)}`}
          />
        </div>
      )}
    </div>
  )
}
