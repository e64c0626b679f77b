import { useQuery } from '@tanstack/react-query'
import { IconCircleCheck, IconCircleDashed } from '@tabler/icons-react'
import { usePicture } from '../../api/live-context.tsx'
import { nowOf } from '../../api/picture.ts'
import { siteReadingsQuery } from '../../api/queries.ts'
import { ago } from '../../ui/format.ts'
import { ErrorNote, Skeleton } from '../../ui/notes.tsx'
import { sensorsOf } from './view-model.ts'

export function SensorList({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(siteReadingsQuery(id))
  const nowMs = nowOf(usePicture()) ?? 0
  if (error !== null) return <ErrorNote error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton height="3rem" label="Loading sensors" />
  const sensors = sensorsOf(data, nowMs)
  const healthy = sensors.filter(sensor => sensor.healthy).length
  return (
    <div>
      <h2 className="panel-section">
        Sensors <span className="panel-count">{`${healthy} of ${sensors.length} healthy`}</span>
      </h2>
      <ul className="sensor-list">
        {sensors.map(sensor => (
          <li key={sensor.id} data-healthy={sensor.healthy}>
            {sensor.healthy ? (
              <IconCircleCheck aria-hidden="true" />
            ) : (
              <IconCircleDashed aria-hidden="true" />
            )}
            <span>{sensor.id}</span>
            <span className="sensor-age">
              {sensor.healthy ? 'heard' : 'silent, heard'} {ago(Math.max(0, nowMs - sensor.lastMs))}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
