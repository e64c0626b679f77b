import type { Job } from '../jobs/index.ts'
import type { Declared } from './declaration.ts'
import { pipelineJob } from './pipeline-job.ts'
import { stepWork } from './step-work.ts'
import type { StepWorkDeps } from './step-work.ts'

export { pipelinesOf } from './pipeline-files.ts'
export type { Declared } from './declaration.ts'
export type { StepWorkDeps } from './step-work.ts'

/** Pipelines as jobs. */
export function pipelineJobs(declared: readonly Declared[], deps: StepWorkDeps): Job[] {
  const work = stepWork(deps)
  return declared.map(one => pipelineJob(one, work))
}
