import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { CompletedPart, S3Client } from '@aws-sdk/client-s3'
import { readParts } from '../file-parts.ts'

/** Parts that S3 takes of one object. */
export const MOST_PARTS = 10_000

interface Target {
  readonly Bucket: string
  readonly Key: string
}

export interface PartsDeps {
  readonly client: S3Client
  readonly target: Target
  /** Asks with patience; what goes wrong is a StorageError. */
  readonly told: <T>(call: () => Promise<T>) => Promise<T>
  /** Whether the object is there with so many bytes. */
  readonly isWhole: (bytes: number) => Promise<boolean>
}

/** Uploads a file in parts. An upload that was broken off is found by its key; parts in it that are equal stay. */
export async function uploadParts(
  { client, target, told, isWhole }: PartsDeps,
  path: string,
  size: number,
  partBytes: number,
): Promise<void> {
  const known = await unfinished(client, target, told)
  const begin = () => client.send(new CreateMultipartUploadCommand(target))
  const UploadId = known?.id ?? (await told(begin)).UploadId ?? ''
  const parts: CompletedPart[] = []
  for await (const { index, bytes, md5 } of readParts(path, size, partBytes)) {
    const PartNumber = index + 1
    const there = known?.parts.get(PartNumber)
    if (there !== undefined && there === `"${md5}"`) {
      parts.push({ PartNumber, ETag: there })
      continue
    }
    const sent = await told(() =>
      client.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body: bytes })),
    )
    parts.push({ PartNumber, ETag: sent.ETag })
  }
  let asked = 0
  const complete = new CompleteMultipartUploadCommand({
    ...{ ...target, UploadId },
    MultipartUpload: { Parts: parts },
  })
  await told(async () => {
    asked++
    try {
      await client.send(complete)
    } catch (error) {
      // The answer before was lost, and the upload is one no more.
      if (asked > 1 && error instanceof Error && error.name === 'NoSuchUpload' && (await isWhole(size)))
        return
      throw error
    }
  })
}

/** The newest upload of this key that was begun and not ended, with its parts and their marks. */
async function unfinished(
  client: S3Client,
  target: Target,
  told: PartsDeps['told'],
): Promise<{ readonly id: string; readonly parts: ReadonlyMap<number, string> } | null> {
  const { Uploads = [] } = await told(() =>
    client.send(new ListMultipartUploadsCommand({ Bucket: target.Bucket, Prefix: target.Key })),
  )
  const newest = Uploads.filter(({ Key }) => Key === target.Key)
    .sort((a, b) => Number(a.Initiated) - Number(b.Initiated))
    .at(-1)
  if (newest?.UploadId === undefined) return null
  const parts = new Map<number, string>()
  let marker: string | undefined
  do {
    const page = await told(() =>
      client.send(
        new ListPartsCommand({
          ...{ ...target, UploadId: newest.UploadId },
          ...(marker === undefined ? {} : { PartNumberMarker: marker }),
        }),
      ),
    )
    for (const { PartNumber = 0, ETag = '' } of page.Parts ?? []) parts.set(PartNumber, ETag)
    marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined
  } while (marker !== undefined)
  return { id: newest.UploadId, parts }
}
