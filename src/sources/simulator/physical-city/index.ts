export { physicalRun } from './run.ts'
export type { PhysicalFrame, PhysicalRunOptions } from './run.ts'
