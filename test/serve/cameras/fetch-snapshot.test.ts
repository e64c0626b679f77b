import { describe, expect, it } from 'vitest'
import {
  OutboundAddressError,
  OutboundRefusedError,
  OutboundTooLargeError,
} from '../../../src/core/outbound/index.ts'
import { snapshotFetch } from '../../../src/serve/cameras/index.ts'
import { localServer } from '../../core/outbound/local-server.ts'

const nothing = { etag: null, lastModified: null }

/** What names lead to. Those with several answers give one after the other, as a rebinding name does. */
const names: Readonly<Record<string, readonly (readonly string[])[]>> = {
  localhost: [['127.0.0.1', '::1']],
  'localhost.localdomain': [['127.0.0.2']],
  'private.example': [['192.168.1.10']],
  'six.example': [['fd12::1']],
  'mapped.example': [['::ffff:127.0.0.2']],
  'nat64.example': [['64:ff9b::7f00:2']],
  'link.example': [['fe80::1']],
  'zone.example': [['fe80::1%eth0']],
  'zero.example': [['0.0.0.0']],
  'metadata.example': [['169.254.169.254']],
  'metadata.google.internal': [['169.254.169.254']],
  'mixed.example': [['93.184.215.14', '10.0.0.1']],
  'rebind.example': [['169.254.169.254'], ['93.184.215.14']],
  'camera.example': [['127.0.0.1'], ['127.0.0.2']],
}

const ATTEMPTS = [
  'file:///etc/passwd',
  'file://localhost/etc/passwd',
  'gopher://127.0.0.1:@/_GET',
  'ftp://127.0.0.1/',
  'data:image/png;base64,AAAA',
  'dict://127.0.0.1:11211/stat',
  'jar:http://127.0.0.1/!/',
  'http://127.0.0.2:@/',
  'http://127.1.1.1:@/',
  'http://localhost:@/',
  'http://LOCALHOST.:@/',
  'http://localhost.localdomain:@/',
  'http://2130706434:@/',
  'http://0x7f000002:@/',
  'http://0x7f.0x0.0x0.0x2:@/',
  'http://0177.0.0.02:@/',
  'http://127.2:@/',
  'http://127.0.0.2.:@/',
  'http://①②⑦.⓪.⓪.②:@/',
  'http://127%2e0%2e0%2e2:@/',
  'http://0/',
  'http://0.0.0.0:@/',
  'http://[::]:@/',
  'http://[::1]:@/',
  'http://[0:0:0:0:0:0:0:1]:@/',
  'http://[::ffff:127.0.0.2]:@/',
  'http://[::ffff:7f00:2]:@/',
  'http://[::127.0.0.2]:@/',
  'http://[64:ff9b::127.0.0.2]:@/',
  'http://[2002:7f00:2::]:@/',
  'http://[fe80::1%25lo]:@/',
  'http://[fd00:ec2::254]/latest/',
  'http://169.254.169.254/latest/meta-data/',
  'http://0xa9fea9fe/latest/meta-data/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://192.168.0.1/',
  'http://100.64.0.1/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://camera.example@127.0.0.2:@/',
  'http://127.0.0.1:@@127.0.0.2:@/',
  'http://camera.example\\@127.0.0.2:@/',
  'http://127.0.0.2:@#@camera.example/',
  ...Object.keys(names)
    .filter(name => name !== 'camera.example')
    .map(name => `http://${name}:@/`),
]

async function setUp() {
  // The only place that may be reached leads to wherever it is asked to.
  const server = await localServer((request, response) => {
    const to = new URL(request.url ?? '/', 'http://a').searchParams.get('to')
    if (to === null) response.end(Buffer.from('GIF89a'))
    else response.writeHead(302, { location: Buffer.from(to).toString('latin1') }).end()
  })
  const asked = new Map<string, number>()
  const resolve = async (host: string) => {
    const turn = asked.get(host) ?? 0
    asked.set(host, turn + 1)
    const answers = names[host.replace(/\.$/, '')]
    if (answers === undefined) throw Object.assign(new Error(host), { code: 'ENOTFOUND' })
    return answers[Math.min(turn, answers.length - 1)] ?? []
  }
  const fetch = snapshotFetch({ allow: ['127.0.0.1'], resolve })
  const attempt = (url: string) => fetch(url.replaceAll(':@', `:${server.port}`), nothing)
  return { server, attempt }
}

/** Was it refused before anything was connected to? A connection that fails by chance does not count. */
async function refusal(attempt: Promise<unknown>): Promise<boolean> {
  const outcome = await attempt.catch((error: unknown) => error)
  return outcome instanceof OutboundRefusedError || outcome instanceof OutboundAddressError
}

describe('an address of the register that must not be reached', () => {
  it(`is not, in ${ATTEMPTS.length} spellings`, async () => {
    const { server, attempt } = await setUp()
    expect(ATTEMPTS.length).toBeGreaterThanOrEqual(40)
    for (const url of ATTEMPTS) expect(await refusal(attempt(url)), url).toBe(true)
    expect(server.requests).toHaveLength(0)
  })

  it('is not after a redirect either', async () => {
    const { server, attempt } = await setUp()
    for (const url of ATTEMPTS) {
      const to = encodeURIComponent(url.replaceAll(':@', `:${server.port}`))
      expect(await refusal(attempt(`http://127.0.0.1:@/?to=${to}`)), url).toBe(true)
    }
    // Each was asked for the redirect, and nothing was asked after it.
    expect(server.requests).toHaveLength(ATTEMPTS.length)
  })

  it('is not by a name that leads elsewhere the second time', async () => {
    const { server, attempt } = await setUp()
    expect((await attempt('http://camera.example:@/')).body.toString()).toBe('GIF89a')
    expect(await refusal(attempt('http://camera.example:@/'))).toBe(true)
    expect(server.requests).toHaveLength(1)
  })
})

it('takes pictures of 4 MiB and no larger', async () => {
  const server = await localServer((request, response) => {
    response.end(Buffer.alloc(4 * 2 ** 20 + (request.url === '/large' ? 1 : 0)))
  })
  const fetch = snapshotFetch({ allow: ['127.0.0.1'] })
  expect((await fetch(server.url, nothing)).body).toHaveLength(4 * 2 ** 20)
  await expect(fetch(`${server.url}/large`, nothing)).rejects.toThrow(OutboundTooLargeError)
})
