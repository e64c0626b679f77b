import { IconX } from '@tabler/icons-react'
import { useAddress } from '../../ui/address.ts'
import { words } from '../../ui/format.ts'
import { EmptyNote, ErrorNote, Skeleton } from '../../ui/notes.tsx'
import { CameraView } from './camera-view.tsx'
import { useCameras } from './use-cameras.ts'
import { cameraTitle } from './view-model.ts'

/** One camera that was chosen on the map or in the list. */
export function CameraPanel({ id }: { id: string }) {
  const { cameras, error, loading, retry } = useCameras()
  const { set } = useAddress()
  const camera = cameras.find(each => each.camera_id === id)
  const title = camera === undefined ? (loading ? id : `There is no camera ${id}`) : cameraTitle(camera)
  const district = camera?.district ?? null
  const site = camera?.intersection_id ?? null
  return (
    <section className="panel" aria-label={title}>
      <div className="panel-head">
        <div>
          <p className="panel-kicker">
            {['Camera', district === null ? null : words(district)].filter(Boolean).join(' · ')}
          </p>
          <h1>{title}</h1>
        </div>
        <button
          type="button"
          className="icon-button"
          title="Back to the city (Esc)"
          aria-label="Close this camera"
          onClick={() => set({ camera: null })}
        >
          <IconX />
        </button>
      </div>
      {error !== null && <ErrorNote error={error} onRetry={retry} />}
      {camera !== undefined ? (
        <CameraView camera={camera} />
      ) : loading ? (
        <Skeleton height="16rem" label="Loading the camera" />
      ) : (
        error === null && <EmptyNote title="The address may be of another city." />
      )}
      {site !== null && (
        <button type="button" className="button" onClick={() => set({ site })}>
          The site it looks at: {site}
        </button>
      )}
    </section>
  )
}
