import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { useCityNowMs } from '../../api/live-context.tsx'
import { useHasRows } from '../../api/streams.ts'
import { NO_OVERLAY, type Overlay } from '../../map/overlay/overlay.ts'
import { camerasQuery, observationsQuery, snapshotQuery, type CameraRow } from './queries.ts'
import { camerasOverlay } from './view-model.ts'

const NONE: readonly CameraRow[] = []

export function useCameras() {
  const enabled = useHasRows('cameras')
  const { data, error, isLoading, refetch } = useQuery({ ...camerasQuery, enabled })
  return {
    cameras: data ?? NONE,
    error,
    loading: enabled && isLoading,
    retry: () => void refetch(),
  }
}

/** The layer of the map. */
export function useCamerasOverlay(on: boolean): { overlay: Overlay; count: number } {
  const { cameras } = useCameras()
  const overlay = useMemo(() => (on ? camerasOverlay(cameras) : NO_OVERLAY), [on, cameras])
  return { overlay, count: cameras.length }
}

/** The last hour of a camera's counts; asked for each ten seconds while somebody looks. */
export function useObservations(camera: string) {
  const nowMs = useCityNowMs(5 * 60_000)
  const enabled = useHasRows('camera-observations')
  return useQuery({
    ...observationsQuery(camera, nowMs),
    enabled,
    placeholderData: (previous, before) =>
      before !== undefined && String(before.queryKey[1]).includes(`camera_id=${encodeURIComponent(camera)}&`)
        ? previous
        : undefined,
  })
}

/** The picture as an address within the page, anew each ten seconds; the last one stays while the next is on its way. */
export function useSnapshot(camera: string, enabled: boolean) {
  const { data, error, refetch } = useQuery({ ...snapshotQuery(camera), enabled })
  const [url, setUrl] = useState<string | null>(null)
  const blob = data?.blob
  useEffect(() => {
    if (blob === undefined) return
    const made = URL.createObjectURL(blob)
    // oxlint-disable-next-line react/set-state-in-effect -- the address must be given back when the picture goes
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [blob])
  return { url, takenMs: data?.takenMs ?? null, error, retry: () => void refetch() }
}
