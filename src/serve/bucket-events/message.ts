import { z } from 'zod'

/** What a bucket says when something was put into it. */
export interface BucketMessage {
  /** Of objects that were made or changed, as they are named in the bucket. */
  readonly keys: readonly string[]
  /** To be given back, by which Azure sees that its messages are wanted here; null where it does not ask. */
  readonly validation: string | null
}

/** Amazon S3 event notification, and what MinIO and Ceph post: keys are URL-encoded, blanks as `+`. */
const S3 = z.object({
  Records: z.array(
    z.object({
      eventName: z.string().optional(),
      s3: z.object({ object: z.object({ key: z.string() }) }),
    }),
  ),
})
/** The same through Amazon EventBridge, as it is. */
const EventBridge = z.object({ detail: z.object({ object: z.object({ key: z.string() }) }) })
/** Azure Event Grid. */
const EventGrid = z.array(
  z.object({
    eventType: z.string(),
    subject: z.string().default(''),
    data: z.object({ validationCode: z.string().max(200).optional() }).optional(),
  }),
)

/** @returns null for what is no message of a bucket */
export function bucketMessage(value: unknown): BucketMessage | null {
  const s3 = S3.safeParse(value).data
  if (s3 !== undefined)
    return {
      keys: s3.Records.filter(({ eventName }) => !/Removed|Delete/.test(eventName ?? '')).map(record =>
        decoded(record.s3.object.key),
      ),
      validation: null,
    }
  const bridged = EventBridge.safeParse(value).data
  if (bridged !== undefined) return { keys: [bridged.detail.object.key], validation: null }
  const grid = EventGrid.safeParse(value).data
  if (grid === undefined) return null
  const keys = grid.flatMap(({ eventType, subject }) => {
    const [, key] = /^\/blobServices\/[^/]+\/containers\/[^/]+\/blobs\/(.+)$/.exec(subject) ?? []
    return key !== undefined && eventType === 'Microsoft.Storage.BlobCreated' ? [key] : []
  })
  const asked = grid.find(({ eventType }) => eventType === 'Microsoft.EventGrid.SubscriptionValidationEvent')
  return { keys, validation: asked?.data?.validationCode ?? null }
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '))
  } catch {
    return key
  }
}
