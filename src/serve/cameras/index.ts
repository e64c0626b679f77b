export { blurrer } from './blur.ts'
export { snapshotFetch } from './fetch-snapshot.ts'
export { cameraRoutes } from './routes.ts'
export { snapshotsOf, type RegisteredCamera, type SnapshotDeps, type Snapshots } from './snapshots.ts'
