import { HOUR_MS } from '../../../../src/serve/contract/spans.ts'
import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { ApiError, fetchPicture } from '../../api/client.ts'
import { iso, PAGE, queryText } from '../../api/query-text.ts'
import { instant, maybeNumber, maybeText, rowsQuery } from '../../api/rows.ts'

/** How often an open camera is looked at. */
export const LOOK_MS = 10_000

const CameraRow = z.object({
  camera_id: z.string(),
  name: maybeText,
  latitude: z.coerce.number(),
  longitude: z.coerce.number(),
  direction: maybeText,
  intersection_id: maybeText,
  district: maybeText,
  snapshot_url: maybeText,
  shown: maybeText,
})
const ObservationRow = z.object({
  camera_id: z.string(),
  observed_at: instant,
  counts_car: maybeNumber,
  counts_truck: maybeNumber,
  counts_motorcycle: maybeNumber,
  counts_bus: maybeNumber,
  counts_bicycle: maybeNumber,
  counts_pedestrian: maybeNumber,
  mean_speed_kmh: maybeNumber,
  stopped_vehicles: maybeNumber,
  confidence: maybeNumber,
  model: maybeText,
  interval_s: maybeNumber,
})
export type CameraRow = z.infer<typeof CameraRow>
export type ObservationRow = z.infer<typeof ObservationRow>

export const camerasQuery = rowsQuery(`/v1/cameras?limit=${PAGE}`, CameraRow, 5 * 60_000)

/** The last hour of one camera before `nowMs`, which is in whole minutes. */
export const observationsQuery = (camera: string, nowMs: number) =>
  rowsQuery(
    `/v1/camera-observations?${queryText({ camera_id: camera, from: iso(nowMs - HOUR_MS), order: 'desc', limit: 1_000 })}`,
    ObservationRow,
    LOOK_MS,
  )

export function isGone(error: Error | null): boolean {
  return error instanceof ApiError && error.status === 404
}

export const snapshotQuery = (camera: string) =>
  queryOptions({
    queryKey: ['snapshot', camera],
    queryFn: ({ signal }) => fetchPicture(`/v1/cameras/${encodeURIComponent(camera)}/snapshot`, signal),
    // A camera that gives no picture is not asked again and again.
    refetchInterval: query => (isGone(query.state.error) ? false : LOOK_MS),
    // The next look is the next try.
    retry: false,
    gcTime: 0,
  })
