export { appendsWithRoom, engineWithRoom, oversizeWithRoom } from './gates.ts'
export { holdWithRoom } from './start.ts'
export { DiskWatch, LAKE_NEEDS_BYTES, LOG_NEEDS_BYTES } from './watch.ts'
export type { DiskOptions, DiskProblem, Free } from './watch.ts'
