import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { checkStore, storeAt } from '../../src/app/storage/index.ts'
import type { Location } from '../../src/app/storage/index.ts'
import { Secret } from '../../src/core/config/index.ts'
import { azuriteMissing, motoMissing, startAzurite, startMoto } from './buckets/emulators.ts'
import type { Emulator, TlsFiles } from './buckets/emulators.ts'
import { connectProxy } from './buckets/connect-proxy.ts'
import type { ConnectProxy } from './buckets/connect-proxy.ts'

/** Buckets as a city's network has them: behind a proxy, with certificates of its own authority, by the machine's identity. */
const folder = mkdtempSync(join(tmpdir(), 'arterial-bucket-ways-'))
const tls: TlsFiles = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
const kinds = [
  ['s3', motoMissing, startMoto],
  ['azure', azuriteMissing, startAzurite],
] as const

let proxy: ConnectProxy
beforeAll(async () => {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  const name = ['-subj', '/CN=city', '-addext', 'subjectAltName=IP:127.0.0.1']
  const files = ['-keyout', tls.key, '-out', tls.cert]
  execFileSync('openssl', ['req', '-x509', ...curve, ...name, ...files], { stdio: 'ignore' })
  proxy = await connectProxy()
})
afterAll(async () => {
  await proxy.stop()
  rmSync(folder, { recursive: true, force: true })
})

for (const [kind, missing, start] of kinds) {
  if (missing !== null) process.stdout.write(`skipped: ${missing}\n`)
  describe.skipIf(missing !== null)(`a place of kind ${kind}`, () => {
    let emulator: Emulator
    const place = (): Location => ({
      ...emulator.bucket,
      kind,
      proxy: proxy.url,
      ca: new Secret(readFileSync(tls.cert, 'utf8')),
    })
    const outcomes = async (location: Location) => {
      const store = await storeAt('tables', location, '')
      return (await checkStore({ name: 'tables', prefix: 'a/', store }, true)).map(
        ({ step, outcome, problem }) => [step, outcome, problem],
      )
    }
    const allWell = [
      ...[['there', expect.stringMatching('made|ok'), null]],
      ...['list', 'write', 'read', 'put once', 'parts', 'delete'].map(step => [step, 'ok', null]),
    ]
    beforeAll(async () => {
      emulator = await start(tls)
    })
    afterAll(() => emulator.stop())

    it('is reached through a proxy, and trusted by the certificates of the settings', async () => {
      const before = proxy.tunnels.length
      expect(await outcomes(place())).toEqual(allWell)
      const { host } = new URL(emulator.bucket.endpoint ?? '')
      expect(new Set(proxy.tunnels.slice(before))).toEqual(new Set([host]))
    })

    it('is not trusted without them, which is said', async () => {
      const [first] = await outcomes({ ...place(), ca: null })
      expect(first).toEqual(['there', 'failed', expect.stringMatching(/can't be reached: .*certificate/i)])
    })

    if (kind === 'azure') {
      it('is reached by the identity of the machine, where no key is given', async () => {
        const asked: (string | null)[] = []
        const metadata = createServer((request, response) => {
          const url = new URL(request.url ?? '', 'http://metadata')
          asked.push(url.searchParams.get('resource'))
          response.writeHead(200, { 'content-type': 'application/json' })
          response.end(JSON.stringify({ access_token: token(), expires_in: '3600', token_type: 'Bearer' }))
        })
        metadata.listen(0, '127.0.0.1')
        await once(metadata, 'listening')
        const { port } = metadata.address() as AddressInfo
        vi.stubEnv('AZURE_POD_IDENTITY_AUTHORITY_HOST', `http://127.0.0.1:${port}`)
        try {
          expect(await outcomes({ ...place(), key: null, proxy: null })).toEqual(allWell)
          expect(asked).toContain('https://storage.azure.com')
        } finally {
          vi.unstubAllEnvs()
          metadata.close()
        }
      })

      it('says what to do where nothing tells who we are', async () => {
        vi.stubEnv('AZURE_TOKEN_CREDENTIALS', 'EnvironmentCredential')
        try {
          const [first] = await outcomes({ ...place(), key: null })
          expect(first?.[2]).toContain('set tables.keyId and tables.key, or what its environment wants')
        } finally {
          vi.unstubAllEnvs()
        }
      })
    }
  })
}

/** As the service of identities gives it; the stand-in looks at everything but the signature. */
function token(): string {
  const nowS = Math.floor(Date.now() / 1000)
  const tenant = '00000000-0000-0000-0000-000000000001'
  const claims = {
    ...{ aud: 'https://storage.azure.com', iss: `https://sts.windows.net/${tenant}/`, tid: tenant },
    ...{ iat: nowS - 60, nbf: nowS - 60, exp: nowS + 3600 },
  }
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${Buffer.from('none').toString('base64url')}`
}
