import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { Job } from '../../../../src/serve/contract/index.ts'
import { fetchJson, sendJson } from '../../api/client.ts'

/** What the server does on a schedule; looked at more often while something runs. */
export const jobsQuery = queryOptions({
  queryKey: ['jobs'],
  queryFn: async ({ signal }) =>
    (await fetchJson('/v1/jobs', z.object({ items: z.array(Job) }), signal)).items,
  refetchInterval: ({ state }) =>
    state.data?.some(job => job.state === 'running') === true ? 1_000 : 10_000,
})

export type JobAction = 'run' | 'pause' | 'resume' | 'stop'

export function actOn(name: string, action: JobAction): Promise<Job> {
  return sendJson(`/v1/jobs/${encodeURIComponent(name)}/${action}`, {}, Job)
}
