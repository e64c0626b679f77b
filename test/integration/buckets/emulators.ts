import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob'
import { Secret } from '../../../src/core/config/index.ts'
import type { Bucket } from '../../../src/storage/index.ts'
import { pythonWith } from '../../python.ts'
import { freePort } from '../databases/mariadb.ts'

/** Paths of PEM files. */
export interface TlsFiles {
  readonly cert: string
  readonly key: string
}

/** A service of its own in a temporary folder, with an empty bucket. */
export interface Emulator {
  readonly bucket: Bucket
  stop(): Promise<void>
}

const AZURITE = join(import.meta.dirname, '../../../.emulators/node_modules/azurite/dist/src/blob/main.js')
const python = pythonWith(['moto', 'flask'])

/** What to say where a stand-in for S3 is missing; null where it is there. */
export const motoMissing =
  python === null
    ? 'needs Python 3 with moto: python3 -m venv .venv && .venv/bin/pip install -r test/integration/buckets/requirements.txt'
    : null
export const azuriteMissing = existsSync(AZURITE)
  ? null
  : 'needs azurite: npm install --prefix .emulators --ignore-scripts azurite@3.35.0'

/** @param tls with which a service shows who it is; null: it speaks in clear */
export async function startMoto(tls: TlsFiles | null = null): Promise<Emulator> {
  const port = await freePort()
  const secure = tls === null ? [] : ['-c', tls.cert, '-k', tls.key]
  const { stop } = await serve(
    python ?? '',
    ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port), ...secure],
    port,
  )
  const endpoint = `${tls === null ? 'http' : 'https'}://127.0.0.1:${port}`
  if (tls === null) {
    const credentials = { accessKeyId: 'key', secretAccessKey: 'hidden' }
    const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials })
    await client.send(new CreateBucketCommand({ Bucket: 'city-landing' }))
    client.destroy()
  }
  const key = new Secret('hidden')
  return {
    bucket: {
      setting: 'landing',
      bucket: 'city-landing',
      prefix: 'a/b/',
      endpoint,
      region: 'us-east-1',
      keyId: 'key',
      key,
      ...{ proxy: null, ca: null },
    },
    stop,
  }
}

/** The account that azurite has unless told otherwise, as its documentation gives it. */
const ACCOUNT = 'devstoreaccount1'
const ACCOUNT_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

/** @param tls with which it shows who it is, and then takes tokens of identities; its container is not made then; null: it speaks in clear */
export async function startAzurite(tls: TlsFiles | null = null): Promise<Emulator> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'azurite-'))
  const args = ['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', folder, '--silent']
  const secure = tls === null ? [] : ['--cert', tls.cert, '--key', tls.key, '--oauth', 'basic']
  const server = await serve(process.execPath, [AZURITE, ...args, ...secure, '--skipApiVersionCheck'], port)
  const endpoint = `${tls === null ? 'http' : 'https'}://127.0.0.1:${port}/${ACCOUNT}`
  if (tls === null) {
    const credential = new StorageSharedKeyCredential(ACCOUNT, ACCOUNT_KEY)
    await new BlobServiceClient(endpoint, credential).getContainerClient('city-landing').create()
  }
  const key = new Secret(ACCOUNT_KEY)
  return {
    bucket: {
      setting: 'landing',
      bucket: 'city-landing',
      prefix: 'a/b/',
      endpoint,
      region: '',
      keyId: ACCOUNT,
      key,
      ...{ proxy: null, ca: null },
    },
    stop: async () => {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function serve(command: string, args: readonly string[], port: number) {
  const child = spawn(command, args, { stdio: 'ignore' })
  const ended = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
  }
  for (let tries = 600; ; tries--) {
    if (await answers(port)) return { stop }
    if (tries === 0 || child.exitCode !== null) {
      await stop()
      throw new Error(`${command} ${args.join(' ')} does not answer`)
    }
    await sleep(100)
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => {
      resolve(false)
    })
  })
}
