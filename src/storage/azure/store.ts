import { readFile } from 'node:fs/promises'
import type { TokenCredential } from '@azure/identity'
import { BlobServiceClient, newPipeline, RestError, StorageSharedKeyCredential } from '@azure/storage-blob'
import type { BlobDownloadResponseParsed, BlockBlobClient, ContainerClient } from '@azure/storage-blob'
import { agentsOf } from '../agents.ts'
import { byAgents } from './client.ts'
import { below, REQUEST_MS } from '../bucket.ts'
import type { Bucket } from '../bucket.ts'
import { partsOf, readParts } from '../file-parts.ts'
import type { ObjectStore, StoredObject } from '../object-store.ts'
import { patiently, putOnce } from '../patience.ts'
import { NO_KEY, storageError, timesOf } from '../storage-error.ts'
import type { Refusal } from '../storage-error.ts'

/** Blocks that Azure takes of one blob. */
const MOST_PARTS = 50_000

/**
 * Blobs in a container of Azure (Blob Storage, Data Lake Gen2). Its calls throw StorageError.
 * @param identity who asks; null: who has the account's key
 */
export function azureStore(settings: Bucket, identity: TokenCredential | null = null): ObjectStore {
  const { bucket, prefix, setting } = settings
  const { address, container } = containerOf(settings, identity)
  const where = `azure container ${bucket} at ${address}`
  const at = (name: string) => container.getBlockBlobClient(`${prefix}${name}`)
  const once = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call()
    } catch (cause) {
      throw storageError(where, setting, refusalOf(cause), cause)
    }
  }
  const told = <T>(call: () => Promise<T>): Promise<T> => patiently(() => once(call))
  const look = (folder: string) => told(() => listed(container, `${prefix}${below(folder)}`))
  const put = async (name: string, bytes: Uint8Array) => {
    await told(() => at(name).uploadData(bytes))
  }
  const get = (name: string) => told(() => orNull(at(name).download().then(bodyOf)))
  return {
    where,
    isThere: () => told(() => container.exists()),
    make: async () => {
      await told(() => container.createIfNotExists())
    },
    put,
    putIfAbsent: (name, bytes) =>
      putOnce(
        bytes,
        () => once(() => putNew(at(name), bytes)),
        () => get(name),
      ),
    putFile: async (name, path, options = {}) => {
      const { size, partBytes } = await partsOf(path, options, MOST_PARTS)
      if (size <= partBytes) return put(name, await readFile(path))
      await uploadBlocks(at(name), told, readParts(path, size, partBytes))
    },
    get,
    range: async (name, start, length) =>
      length === 0 ? Buffer.alloc(0) : told(() => orNull(rangeOf(at(name), start, length))),
    has: name => told(() => at(name).exists()),
    list: async folder => {
      const { objects, folders } = await look(folder)
      return [...objects.map(({ name }) => name), ...folders].sort()
    },
    objects: async folder => (await look(folder)).objects,
    remove: async name => {
      await told(() => at(name).deleteIfExists())
    },
  }
}

function containerOf(
  settings: Bucket,
  identity: TokenCredential | null,
): {
  readonly address: string
  readonly container: ContainerClient
} {
  const { bucket, endpoint, keyId, key } = settings
  const account = keyId ?? ''
  const address = endpoint ?? `https://${account}.blob.core.windows.net`
  const credential = identity ?? new StorageSharedKeyCredential(account, key?.reveal() ?? '')
  // What is worth a second try is known here.
  const retryOptions = { maxTries: 1, tryTimeoutInMs: REQUEST_MS }
  const pipeline = newPipeline(credential, { retryOptions })
  pipeline.factories.push(byAgents(agentsOf(settings)))
  const service = new BlobServiceClient(address, pipeline)
  return { address, container: service.getContainerClient(bucket) }
}

async function putNew(blob: BlockBlobClient, bytes: Uint8Array): Promise<boolean> {
  try {
    await blob.upload(bytes, bytes.length, { conditions: { ifNoneMatch: '*' } })
    return true
  } catch (error) {
    // Azure says 409 where S3 says 412; a blob of hierarchical accounts says 412.
    if (error instanceof RestError && (error.statusCode === 412 || error.code === 'BlobAlreadyExists'))
      return false
    throw error
  }
}

/** A block is named by its place and its content: what is there of a try that was broken off is known by name. */
async function uploadBlocks(
  blob: BlockBlobClient,
  told: <T>(call: () => Promise<T>) => Promise<T>,
  parts: ReturnType<typeof readParts>,
): Promise<void> {
  const there = await told(() => orNull(blob.getBlockList('uncommitted')))
  const known = new Set(there?.uncommittedBlocks?.map(({ name }) => name))
  const ids: string[] = []
  for await (const { index, bytes, md5 } of parts) {
    const id = Buffer.from(`${String(index).padStart(6, '0')}-${md5}`).toString('base64')
    ids.push(id)
    if (!known.has(id)) await told(() => blob.stageBlock(id, bytes, bytes.length))
  }
  await told(() => blob.commitBlockList(ids))
}

async function listed(
  container: ContainerClient,
  start: string,
): Promise<{ readonly objects: readonly StoredObject[]; readonly folders: readonly string[] }> {
  const objects: StoredObject[] = []
  const folders: string[] = []
  for await (const item of container.listBlobsByHierarchy('/', { prefix: start }))
    if (item.kind === 'prefix') folders.push(item.name.slice(start.length, -1))
    else
      objects.push({
        name: item.name.slice(start.length),
        bytes: item.properties.contentLength ?? 0,
        mark: item.properties.etag,
      })
  return { objects, folders }
}

async function rangeOf(blob: BlockBlobClient, start: number, length: number): Promise<Buffer> {
  try {
    return await bodyOf(await blob.download(start, length))
  } catch (error) {
    // It ends before that.
    if (error instanceof RestError && error.statusCode === 416) return Buffer.alloc(0)
    throw error
  }
}

async function bodyOf({
  readableStreamBody: body,
  contentLength,
}: BlobDownloadResponseParsed): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of body ?? []) chunks.push(Buffer.from(chunk as Uint8Array))
  const bytes = Buffer.concat(chunks)
  if (contentLength !== undefined && bytes.length !== contentLength)
    throw new Error(`the answer was cut short: ${bytes.length} of ${contentLength} bytes`)
  return bytes
}

/** Without a container nothing is merely absent. */
async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found
  } catch (error) {
    if (error instanceof RestError && error.statusCode === 404 && error.code !== 'ContainerNotFound')
      return null
    throw error
  }
}

/** As the client names it when nothing says who we are. */
const NOBODY = new Set(['CredentialUnavailableError', 'AggregateAuthenticationError'])

function refusalOf(error: unknown): Refusal {
  const said = error instanceof Error ? error.message : String(error)
  if (error instanceof Error && NOBODY.has(error.name))
    return { status: undefined, code: NO_KEY, said: '', serverMs: null, retryAfterS: null }
  if (!(error instanceof RestError))
    return { status: undefined, code: '', said, serverMs: null, retryAfterS: null }
  return {
    status: error.statusCode,
    code: error.code ?? '',
    said: `${said} ${JSON.stringify(error.details ?? '')}`.slice(0, 2_000),
    ...timesOf(name => error.response?.headers.get(name)),
  }
}
