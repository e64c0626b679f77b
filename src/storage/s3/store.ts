import { readFile } from 'node:fs/promises'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import type { BucketLocationConstraint } from '@aws-sdk/client-s3'
import { agentsOf } from '../agents.ts'
import { below, REQUEST_MS } from '../bucket.ts'
import type { Bucket } from '../bucket.ts'
import { partsOf } from '../file-parts.ts'
import type { ObjectStore, StoredObject } from '../object-store.ts'
import { patiently, putOnce } from '../patience.ts'
import { MOST_PARTS, uploadParts } from './parts.ts'
import { storageError, timesOf } from '../storage-error.ts'
import type { Refusal } from '../storage-error.ts'

const CONNECT_MS = 10_000
/** Where S3 began: the one region that is not named when a bucket is made. */
const FIRST_REGION = 'us-east-1'

/** Objects in a bucket of S3, or of what speaks as S3 does. Its calls throw StorageError. */
export function s3Store(settings: Bucket): ObjectStore {
  const { bucket, prefix, endpoint, region, setting } = settings
  const client = clientOf(settings)
  const where = `s3 bucket ${bucket}${endpoint === null ? '' : ` at ${endpoint}`}`
  const at = (name: string) => ({ Bucket: bucket, Key: `${prefix}${name}` })
  const once = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call()
    } catch (cause) {
      throw storageError(where, setting, refusalOf(cause), cause)
    }
  }
  const told = <T>(call: () => Promise<T>): Promise<T> => patiently(() => once(call))
  const look = (folder: string) => told(() => listed(client, bucket, `${prefix}${below(folder)}`))
  const read = (name: string, Range?: string) =>
    told(() => orNull(bodyOf(client, { ...at(name), ...(Range === undefined ? {} : { Range }) })))
  const head = (name: string) => told(() => orNull(client.send(new HeadObjectCommand(at(name)))))
  const put = async (name: string, Body: Uint8Array) => {
    await told(() => client.send(new PutObjectCommand({ ...at(name), Body })))
  }
  return {
    where,
    isThere: () => told(() => isThere(client, bucket)),
    make: () => told(() => make(client, bucket, region)),
    put,
    putIfAbsent: (name, bytes) =>
      putOnce(
        bytes,
        () => once(() => putNew(client, { ...at(name), Body: bytes })),
        () => read(name),
      ),
    putFile: async (name, path, options = {}) => {
      const { size, partBytes } = await partsOf(path, options, MOST_PARTS)
      if (size <= partBytes) return put(name, await readFile(path))
      const isWhole = async (bytes: number) => (await head(name))?.ContentLength === bytes
      await uploadParts({ client, target: at(name), told, isWhole }, path, size, partBytes)
    },
    get: name => read(name),
    range: async (name, start, length) =>
      length === 0 ? Buffer.alloc(0) : read(name, `bytes=${start}-${start + length - 1}`),
    has: async name => (await head(name)) !== null,
    list: async folder => {
      const { objects, folders } = await look(folder)
      return [...objects.map(({ name }) => name), ...folders].sort()
    },
    objects: async folder => (await look(folder)).objects,
    remove: async name => {
      await told(() => client.send(new DeleteObjectCommand(at(name))))
    },
  }
}

function clientOf(settings: Bucket): S3Client {
  const { endpoint, region, keyId, key } = settings
  const { http: httpAgent, https: httpsAgent } = agentsOf(settings)
  return new S3Client({
    region,
    // What is worth a second try is known here: an answer cut short is, too.
    maxAttempts: 1,
    requestHandler: { requestTimeout: REQUEST_MS, connectionTimeout: CONNECT_MS, httpAgent, httpsAgent },
    // Services beside Amazon's have no host for each bucket.
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    ...(keyId === null || key === null
      ? {}
      : { credentials: { accessKeyId: keyId, secretAccessKey: key.reveal() } }),
  })
}

async function bodyOf(
  client: S3Client,
  what: { Bucket: string; Key: string; Range?: string },
): Promise<Buffer> {
  try {
    const { Body } = await client.send(new GetObjectCommand(what))
    return Buffer.from((await Body?.transformToByteArray()) ?? [])
  } catch (error) {
    // It ends before that.
    if (what.Range !== undefined && statusOf(error) === 416) return Buffer.alloc(0)
    throw error
  }
}

async function putNew(
  client: S3Client,
  what: { Bucket: string; Key: string; Body: Uint8Array },
): Promise<boolean> {
  try {
    await client.send(new PutObjectCommand({ ...what, IfNoneMatch: '*' }))
    return true
  } catch (error) {
    if (statusOf(error) === 412) return false
    throw error
  }
}

/** Asked for a list, because a refusal of anything shorter does not say why. */
async function isThere(client: S3Client, Bucket: string): Promise<boolean> {
  try {
    await client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1 }))
    return true
  } catch (error) {
    if (statusOf(error) === 404) return false
    throw error
  }
}

async function make(client: S3Client, Bucket: string, region: string): Promise<void> {
  try {
    await client.send(
      new CreateBucketCommand({
        Bucket,
        ...(region === FIRST_REGION
          ? {}
          : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } }),
      }),
    )
  } catch (error) {
    if (!(error instanceof Error && error.name === 'BucketAlreadyOwnedByYou')) throw error
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

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined
}

function refusalOf(error: unknown): Refusal {
  const said = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error ? error.name : ''
  const headers = error instanceof S3ServiceException ? error.$response?.headers : undefined
  return { status: statusOf(error), code, said, ...timesOf(name => headers?.[name]) }
}
