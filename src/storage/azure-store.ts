import { BlobServiceClient, RestError, StorageSharedKeyCredential } from '@azure/storage-blob'
import type { BlobDownloadResponseParsed } from '@azure/storage-blob'
import { below, REQUEST_MS, TRIES } from './bucket.ts'
import type { Bucket } from './bucket.ts'
import type { ObjectStore, StoredObject } from './object-store.ts'
import { storageError } from './storage-error.ts'

/** Blobs in a container of Azure (Blob Storage, Data Lake Gen2). Its calls throw StorageError. */
export function azureStore({ bucket, prefix, endpoint, keyId, key }: Bucket): ObjectStore {
  const account = keyId ?? ''
  const address = endpoint ?? `https://${account}.blob.core.windows.net`
  const credential = new StorageSharedKeyCredential(account, key?.reveal() ?? '')
  const retryOptions = {
    maxTries: TRIES,
    tryTimeoutInMs: REQUEST_MS,
    retryDelayInMs: 200,
    maxRetryDelayInMs: 2_000,
  }
  const container = new BlobServiceClient(address, credential, { retryOptions }).getContainerClient(bucket)
  const where = `azure container ${bucket} at ${address}`
  const at = (name: string) => container.getBlockBlobClient(`${prefix}${name}`)
  const told = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call
    } catch (cause) {
      throw storageError(where, statusOf(cause), cause)
    }
  }
  const look = async (folder: string) => {
    const start = `${prefix}${below(folder)}`
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
  return {
    put: async (name, bytes) => {
      await told(at(name).uploadData(bytes))
    },
    putIfAbsent: async (name, bytes) => {
      const put = at(name).upload(bytes, bytes.length, { conditions: { ifNoneMatch: '*' } })
      return told(falseIfThere(put))
    },
    get: name => told(orNull(at(name).download().then(bodyOf))),
    has: name => told(at(name).exists()),
    list: async folder => {
      const { objects, folders } = await told(look(folder))
      return [...objects.map(({ name }) => name), ...folders].sort()
    },
    objects: async folder => (await told(look(folder))).objects,
    remove: async name => {
      await told(at(name).deleteIfExists())
    },
  }
}

async function bodyOf({ readableStreamBody: body }: BlobDownloadResponseParsed): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of body ?? []) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks)
}

/** The service says 409, others that speak as it does 412. */
async function falseIfThere(put: Promise<unknown>): Promise<boolean> {
  try {
    await put
    return true
  } catch (error) {
    if (error instanceof RestError && (error.code === 'BlobAlreadyExists' || error.statusCode === 412))
      return false
    throw error
  }
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

function statusOf(error: unknown): number | undefined {
  return error instanceof RestError ? error.statusCode : undefined
}
