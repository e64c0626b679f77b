import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { buildBiServer, type BiDeps } from '../../../src/serve/bi/index.ts'

const limits = { timeoutS: 1, maxRows: 1, maxMemoryBytes: 1 }

function serverOf(deps: Partial<BiDeps> = {}) {
  const app = buildBiServer({
    run: (read, _format, _signal, caller) =>
      read().then(({ body }) => ({
        contentType: 'text/plain',
        body: Readable.from([`${caller}: ${Buffer.from(body).toString()}`]),
        truncated: () => false,
      })),
    tokens: [],
    ownNames: ['bi.city.example'],
    limitsOf: () => limits,
    version: '26.7.2.1',
    tls: null,
    ...deps,
  })
  onTestFinished(() => app.close())
  return app
}

const ask = (url: string, headers: Record<string, string> = { host: 'localhost' }) =>
  serverOf().inject({ url, headers })

describe('the server for BI tools', () => {
  it('is there for who only looks', async () => {
    for (const path of ['/ping', '/', '/replicas_status']) expect((await ask(path)).body).toBe('Ok.\n')
    const other = await ask('/play')
    expect([other.statusCode, other.body]).toEqual([404, 'There is no GET /play here; statements go to /\n'])
  })

  it('is called by its own names only', async () => {
    expect((await ask('/?query=SELECT+1', { host: 'bi.city.example:8123' })).body).toContain('SELECT 1')
    const strange = await ask('/?query=SELECT+1', { host: 'attacker.example' })
    expect(strange.headers['x-clickhouse-exception-code']).toBe('497')
    expect(strange.body).toContain('server.allowedHosts')
  })

  it('names what it can not read', async () => {
    const app = serverOf()
    const post = (payload: string | Buffer, headers: Record<string, string>) =>
      app.inject({ method: 'POST', url: '/', payload, headers: { host: 'localhost', ...headers } })
    for (const [payload, headers, says] of [
      ['x', { 'content-encoding': 'lz4' }, 'a body in lz4'],
      ['x', { 'content-encoding': 'gzip' }, 'is no gzip'],
      [Buffer.from([0xff]), {}, 'not UTF-8'],
      ['--a--', { 'content-type': 'multipart/form-data; boundary=a' }, 'forms'],
      ['SELECT 1 FORMAT Nonsense', {}, 'Unknown format Nonsense'],
    ] as const) {
      const answer = await post(payload, headers)
      expect(answer.body).toContain(says)
      expect(answer.headers['x-clickhouse-exception-code']).toBeDefined()
    }
  })

  it('speaks TLS with a certificate', async ({ skip }) => {
    const dir = mkdtempSync(join(tmpdir(), 'arterial-bi-tls-'))
    onTestFinished(() => rmSync(dir, { recursive: true }))
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
    const wish = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
    ]
    try {
      execFileSync(
        'openssl',
        [
          ...wish,
          '-subj',
          '/CN=localhost',
          '-addext',
          'subjectAltName=DNS:localhost',
          '-keyout',
          key,
          '-out',
          cert,
        ],
        { stdio: 'ignore' },
      )
    } catch {
      skip('openssl makes the certificate; install openssl')
    }
    const app = serverOf({ tls: { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') } })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    const answer = await new Promise<string>((resolve, reject) => {
      get(
        {
          host: '127.0.0.1',
          servername: 'localhost',
          port,
          path: '/ping',
          ca: readFileSync(cert),
          agent: false,
        },
        response => void text(response).then(resolve, reject),
      ).on('error', reject)
    })
    expect(answer).toBe('Ok.\n')
  })
})
