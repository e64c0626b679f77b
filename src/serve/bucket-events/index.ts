import { z } from 'zod'
import { parseJson, readText } from '../body.ts'
import { RequestError } from '../problems.ts'
import { route, type Route } from '../route.ts'
import type { JobList } from '../routes/jobs.ts'
import { bucketMessage } from './message.ts'

/** A message has up to ten records of some hundred bytes; Azure sends up to 1 MiB at once. */
const MAX_BODY_BYTES = 1024 * 1024
const Answer = z.strictObject({
  jobs: z.array(z.string()).meta({ description: 'Jobs whose inbox is looked at now' }),
  validationResponse: z
    .string()
    .optional()
    .meta({ description: 'By which Azure sees that its messages are wanted here' }),
})

export function bucketEventRoutes(jobs: Pick<JobList, 'landed'>): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/jobs/bucket-events',
      id: 'bucket-events',
      tag: 'Administration',
      summary: 'A bucket says that something was put into it',
      description:
        'Takes messages of Amazon S3 (also through EventBridge, and as MinIO and Ceph post them) and of Azure Event Grid. Jobs into whose ' +
        'inbox something was put look there at once; a message that is lost is made up for by the next look.',
      access: 'write',
      body: {
        description: 'The message',
        required: true,
        content: { 'application/json': z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]) },
      },
      answers: { 200: { description: 'What was made of it', content: { 'application/json': Answer } } },
      problems: [400, 413],
      handle: async ({ request }) => {
        const message = bucketMessage(parseJson(await readText(request.raw, MAX_BODY_BYTES)))
        if (message === null)
          throw new RequestError(
            'ART_BODY',
            'This is no message of a bucket; send what Amazon S3, EventBridge or Azure Event Grid send.',
          )
        const { keys, validation } = message
        return Answer.parse({
          jobs: jobs.landed(keys),
          ...(validation === null ? {} : { validationResponse: validation }),
        })
      },
    }),
  ]
}
