import { useQuery } from '@tanstack/react-query'
import { IconCircleCheck, IconCircleDashed } from '@tabler/icons-react'
import { useClockMs, useLiveSlice, usePicture } from '../../api/live-context.tsx'
import { agoBaseMs } from '../../state/picture.ts'
import { sensorStateOf, sensorsText, sensorWords } from '../../state/site.ts'
import { EmptyNote, ErrorNote, Skeleton } from '../../ui/notes.tsx'
import { siteReadingsQuery } from './queries.ts'
import { sensorsOf } from './view-model.ts'

export function SensorList({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(siteReadingsQuery(id))
  const picture = usePicture()
  const clockMs = useClockMs()
  const cityAtMs = useLiveSlice(view => view.state?.city.at ?? null)
  if (error !== null) return <ErrorNote error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton height="3rem" label="Loading sensors" />
  const sensors = sensorsOf(data).map(sensor => ({
    ...sensor,
    state: sensorStateOf(sensor, picture, cityAtMs, clockMs),
  }))
  return (
    <div>
      <h2 className="panel-section">
        Sensors <span className="panel-count">{sensorsText(sensors.map(({ state }) => state))}</span>
      </h2>
      {sensors.length === 0 && <EmptyNote title="No reading of a sensor here yet" />}
      <ul className="sensor-list">
        {sensors.map(({ id: sensor, state, lastMs }) => (
          <li key={sensor} data-healthy={state === 'reports'}>
            {state === 'reports' ? (
              <IconCircleCheck aria-hidden="true" />
            ) : (
              <IconCircleDashed aria-hidden="true" />
            )}
            <span>{sensor}</span>
            <span className="sensor-age">{sensorWords(state, agoBaseMs(picture, clockMs) - lastMs)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
