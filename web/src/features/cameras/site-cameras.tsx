import { useState } from 'react'
import { Segmented } from '../../ui/segmented.tsx'
import { CameraView } from './camera-view.tsx'
import { useCameras } from './use-cameras.ts'
import { camerasAt } from './view-model.ts'

/** The cameras of a site, one of them open; nothing where none is. */
export function SiteCameras({ site }: { site: string }) {
  const { cameras } = useCameras()
  const [wanted, setWanted] = useState<string | null>(null)
  const here = camerasAt(cameras, site)
  const open = here.find(camera => camera.camera_id === wanted) ?? here[0]
  if (open === undefined) return null
  return (
    <div>
      <h2 className="panel-section">
        Camera <span className="panel-count">{open.direction ?? open.name ?? open.camera_id}</span>
      </h2>
      {here.length > 1 && (
        <Segmented
          label="Which camera"
          value={open.camera_id}
          options={here.map(camera => ({
            value: camera.camera_id,
            label: camera.direction ?? camera.name ?? camera.camera_id,
          }))}
          onChange={setWanted}
        />
      )}
      <CameraView key={open.camera_id} camera={open} />
    </div>
  )
}
