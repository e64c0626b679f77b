import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { below, REQUEST_MS, TRIES } from './bucket.ts'
import type { Bucket } from './bucket.ts'
import type { ObjectStore, StoredObject } from './object-store.ts'
import { storageError } from './storage-error.ts'

const CONNECT_MS = 10_000

/** Objects in a bucket of S3, or of what speaks as S3 does. Its calls throw StorageError. */
export function s3Store({ bucket, prefix, endpoint, region, keyId, key }: Bucket): ObjectStore {
  const client = new S3Client({
    region,
    maxAttempts: TRIES,
    requestHandler: { requestTimeout: REQUEST_MS, connectionTimeout: CONNECT_MS },
    // Services beside Amazon's have no host for each bucket.
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    ...(keyId === null || key === null
      ? {}
      : { credentials: { accessKeyId: keyId, secretAccessKey: key.reveal() } }),
  })
  const where = `s3 bucket ${bucket}${endpoint === null ? '' : ` at ${endpoint}`}`
  const at = (name: string) => ({ Bucket: bucket, Key: `${prefix}${name}` })
  const told = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call
    } catch (cause) {
      throw storageError(where, statusOf(cause), cause)
    }
  }
  const look = (folder: string) => told(listed(client, bucket, `${prefix}${below(folder)}`))
  return {
    put: async (name, bytes) => {
      await told(client.send(new PutObjectCommand({ ...at(name), Body: bytes })))
    },
    putIfAbsent: async (name, bytes) => {
      const put = client.send(new PutObjectCommand({ ...at(name), Body: bytes, IfNoneMatch: '*' }))
      return told(falseIfThere(put))
    },
    get: name =>
      told(
        orNull(
          client
            .send(new GetObjectCommand(at(name)))
            .then(async ({ Body }) => Buffer.from((await Body?.transformToByteArray()) ?? [])),
        ),
      ),
    has: async name => (await told(orNull(client.send(new HeadObjectCommand(at(name)))))) !== null,
    list: async folder => {
      const { objects, folders } = await look(folder)
      return [...objects.map(({ name }) => name), ...folders].sort()
    },
    objects: async folder => (await look(folder)).objects,
    remove: async name => {
      await told(client.send(new DeleteObjectCommand(at(name))))
    },
  }
}

interface Listed {
  readonly objects: readonly StoredObject[]
  readonly folders: readonly string[]
}

/** What lies directly below a prefix, over as many answers as it takes. */
async function listed(client: S3Client, bucket: string, prefix: string): Promise<Listed> {
  const objects: StoredObject[] = []
  const folders: string[] = []
  let token: string | undefined
  do {
    const page = await client.send(
      new ListObjectsV2Command({
        ...{ Bucket: bucket, Prefix: prefix, Delimiter: '/' },
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    )
    for (const { Key: name = '', Size: bytes = 0, ETag: mark = '' } of page.Contents ?? [])
      // The folder itself, as consoles make it.
      if (name !== prefix) objects.push({ name: name.slice(prefix.length), bytes, mark })
    for (const { Prefix: folder = '' } of page.CommonPrefixes ?? [])
      folders.push(folder.slice(prefix.length, -1))
    token = page.NextContinuationToken
  } while (token !== undefined)
  return { objects, folders }
}

/** Without a bucket nothing is merely absent. */
async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found
  } catch (error) {
    if (statusOf(error) === 404 && !(error instanceof Error && error.name === 'NoSuchBucket')) return null
    throw error
  }
}

async function falseIfThere(put: Promise<unknown>): Promise<boolean> {
  try {
    await put
    return true
  } catch (error) {
    if (statusOf(error) === 412) return false
    throw error
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined
}
