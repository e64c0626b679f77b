import type { Config } from '../../core/config/index.ts'
import type { ReadEngine } from '../../lake/read/index.ts'
import { blurrer, snapshotFetch, snapshotsOf } from '../../serve/cameras/index.ts'
import type { RegisteredCamera, SnapshotDeps, Snapshots } from '../../serve/cameras/index.ts'

const NEWEST = `
SELECT v.snapshot_url AS snapshot_url, v.shown AS shown, ifNull(v.withdrawn, false) AS withdrawn
FROM silver.cameras_versions AS v
WHERE v.camera_id = {camera_id:String}
ORDER BY v.position DESC
LIMIT 1`

interface Row {
  readonly snapshot_url: string | null
  readonly shown: string | null
  readonly withdrawn: boolean
}

/**
 * Pictures of the cameras in the register.
 * @param onChange told in a sentence when a camera falls silent, and when it gives pictures again
 * @param draw of the simulated city's cameras
 */
export function cameraPictures(
  config: Config,
  engine: ReadEngine,
  onChange: (change: string) => void,
  draw?: SnapshotDeps['draw'],
): Snapshots {
  return snapshotsOf({
    find: cameraId => findCamera(engine, cameraId),
    fetch: snapshotFetch({ allow: config.cameras.allowAddresses }),
    ...(draw === undefined ? {} : { draw }),
    blur: blurrer(),
    cacheMs: config.cameras.cacheS * 1000,
    nowMs: Date.now,
    onChange,
  })
}

/** The newest version, unless the camera is withdrawn. A rule we don't know shows nothing. */
export async function findCamera(engine: ReadEngine, cameraId: string): Promise<RegisteredCamera | null> {
  const [row] = await engine.query<Row>(NEWEST, { params: { camera_id: cameraId }, session: 'read' })
  if (row === undefined || row.withdrawn) return null
  const shown = row.shown ?? 'yes'
  return { snapshotUrl: row.snapshot_url, shown: shown === 'yes' || shown === 'blurred' ? shown : 'hidden' }
}
