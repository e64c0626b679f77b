export { outputJobs, outputsOf } from './output-job.ts'
export type { OutputJobsDeps } from './output-job.ts'
