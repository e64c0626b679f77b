import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSystem, type RunningSystem } from '../../src/app/system.ts'
import { loadConfig } from '../../src/core/config/index.ts'
import { createToken } from '../../src/serve/auth/index.ts'

const BACKLOG_RECORDS = 200_000
const NDJSON = 'application/x-ndjson'
/** Each test has a hostile sender of its own, so that none pays for another. */
const hostile = Array.from({ length: 12 }, () => createToken())
const honest = createToken()
let tests = 0
let quietMs = 0
let dir: string
let system: RunningSystem

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'arterial-bombs-'))
  const tokens = [honest, ...hostile].map(({ sha256 }, i) => ({
    name: i === 0 ? 'honest' : `hostile-${i}`,
    sha256,
    scopes: ['read', 'write'],
  }))
  const flags = {
    'data.dir': dir,
    'simulation.mode': 'off',
    'server.port': 0,
    'server.tokens': tokens,
    'limits.backlogRecords': BACKLOG_RECORDS,
    'limits.minFreeDiskBytes': '0B',
  }
  system = await startSystem(loadConfig({ env: {}, cwd: dir, flags }), { mode: 'serve' })
  quietMs = (await meanwhile(sleep(1000))).slowestMs
})

const nextToken = () => hostile[tests++ % hostile.length]?.token ?? ''

afterAll(async () => {
  await system.stop()
  await rm(dir, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly retryAfterS: number
  readonly body: { accepted?: number; code?: string; durable?: number; detail?: string }
}

interface Sending {
  readonly token: string
  readonly type?: string
  readonly encoding?: string
  readonly signal?: AbortSignal
}

/** Sends chunks without a length, and waits for the answer; it may come before all is sent. */
async function send(
  chunks: Iterable<Buffer | string>,
  { token, type = NDJSON, encoding, signal }: Sending,
): Promise<Answer> {
  const outgoing = request(new URL('/v1/readings', system.url ?? ''), {
    method: 'POST',
    agent: false,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': type,
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    },
    ...(signal === undefined ? {} : { signal }),
  })
  outgoing.on('error', () => undefined)
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>
  for (const chunk of chunks) {
    if (outgoing.destroyed) break
    if (!outgoing.write(chunk)) await Promise.race([once(outgoing, 'drain'), answered])
  }
  outgoing.end()
  const [response] = await answered
  let text = ''
  for await (const chunk of response) text += String(chunk)
  const retryAfterS = Number(response.headers['retry-after'])
  return { status: response.statusCode ?? 0, retryAfterS, body: JSON.parse(text) as Answer['body'] }
}

async function status(): Promise<{ backlog: { records: number }; log: { accepted: number } }> {
  const answer = await fetch(new URL('/v1/status', system.url ?? ''), {
    headers: { authorization: `Bearer ${honest.token}` },
  })
  return (await answer.json()) as Awaited<ReturnType<typeof status>>
}
const backlog = async () => (await status()).backlog.records
const accepted = async () => (await status()).log.accepted

let reading = 0
const readings = (count: number) =>
  Array.from({ length: count }, () => {
    const at = new Date(Date.UTC(2026, 0, 1) + 1000 * reading++).toISOString()
    return `{"sensor_id":"S","timestamp":"${at}","vehicle_count":1}\n`
  }).join('')

interface Meanwhile<T> {
  readonly result: T
  /** The honest sender's slowest answer, ms. */
  readonly slowestMs: number
  readonly answers: number
  /** The backlog at its largest, records. */
  readonly largest: number
}

/** Sends as the honest sender while `work` goes on. */
async function meanwhile<T>(work: Promise<T>): Promise<Meanwhile<T>> {
  const state = { isDone: false }
  let slowestMs = 0
  let largest = 0
  let answers = 0
  const ended = work.finally(() => (state.isDone = true))
  ended.catch(() => undefined)
  while (!state.isDone) {
    const began = performance.now()
    expect((await send([readings(10)], { token: honest.token })).status).toBe(200)
    slowestMs = Math.max(slowestMs, performance.now() - began)
    answers++
    largest = Math.max(largest, await backlog())
    await sleep(20)
  }
  return { result: await ended, slowestMs, largest, answers }
}

const LINES = Buffer.alloc(3 * 10_000_000, '{}\n')
const ARRAY = Buffer.concat([Buffer.from('['), Buffer.alloc(30_000_000, '{},'), Buffer.from('{}]')])
const ROWS = Buffer.concat([
  Buffer.from('sensor_id,timestamp,vehicle_count\n'),
  Buffer.alloc(30_000_000, ',,\n'),
])
const PACKED: readonly (readonly [string, Buffer, string, string])[] = [
  ['`{}` lines in gzip', gzipSync(LINES), NDJSON, 'gzip'],
  ['`{}` lines in zstd', zstdCompressSync(LINES), NDJSON, 'zstd'],
  ['an array of `{}` in gzip', gzipSync(ARRAY), 'application/json', 'gzip'],
  ['an array of `{}` in zstd', zstdCompressSync(ARRAY), 'application/json', 'zstd'],
  ['CSV of empty rows in gzip', gzipSync(ROWS), 'text/csv', 'gzip'],
  ['CSV of empty rows in zstd', zstdCompressSync(ROWS), 'text/csv', 'zstd'],
  ['blank lines in zstd', zstdCompressSync(Buffer.alloc(64 * 1024 * 1024, '\n')), NDJSON, 'zstd'],
  ['one line without an end in zstd', zstdCompressSync(Buffer.alloc(64 * 1024 * 1024, 'x')), NDJSON, 'zstd'],
]
const PLAIN: readonly (readonly [string, Buffer, string])[] = [
  ['`{}` lines', LINES, NDJSON],
  ['an array of `{}`', ARRAY, 'application/json'],
  ['CSV of empty rows', ROWS, 'text/csv'],
]

/** Others are served within a second, or what this machine takes for ten answers when it is busy with itself, before or now. */
async function expectServed({ slowestMs, largest, answers }: Meanwhile<unknown>): Promise<void> {
  expect(answers).toBeGreaterThan(0)
  if (slowestMs >= Math.max(1000, 10 * quietMs))
    quietMs = Math.max(quietMs, (await meanwhile(sleep(3000))).slowestMs)
  expect(slowestMs).toBeLessThan(Math.max(1000, 10 * quietMs))
  expect(largest).toBeLessThan(BACKLOG_RECORDS)
}

describe('a body bomb', () => {
  it.each(PACKED)('of %s is bounded, and others are served meanwhile', async (_, bomb, type, encoding) => {
    const outcome = await meanwhile(send([bomb], { token: nextToken(), type, encoding }))
    await expectServed(outcome)
    const { status, body } = outcome.result
    expect(status).toBe(413)
    expect(body.code).toBe('ART_BODY_RATIO')
    expect(body.durable).toBeLessThan(10_000 + 4 * bomb.length + 4000)
    expect(body.detail).toMatch(/first \d+ lines are durable|no line of it was kept/)
  })

  it.each(PLAIN)('of %s as they are is stopped, and its sender told to wait', async (_, bomb, type) => {
    const token = nextToken()
    const outcome = await meanwhile(send([bomb], { token, type }))
    await expectServed(outcome)
    const { status, body } = outcome.result
    expect([status, body.code]).toEqual([429, 'ART_REFUSED_LINES'])
    // What it may have for ever is added to while it sends.
    expect(body.durable).toBeLessThan(2_000_000)
    const again = await send([readings(1)], { token })
    expect([again.status, again.body.code, again.body.durable]).toEqual([429, 'ART_REFUSED_LINES', 0])
    expect(again.retryAfterS).toBeGreaterThan(1)
  })

  it('in forty parts at once leaves the others their share', async () => {
    const token = nextToken()
    const leaving = new AbortController()
    const sending = Array.from({ length: 40 }, () =>
      send([LINES], { token, signal: leaving.signal }).catch(() => null),
    )
    await expectServed(await meanwhile(sleep(4000)))
    leaving.abort()
    await Promise.all(sending)
  })

  it('does not keep its own sender from small deliveries', async () => {
    const token = nextToken()
    const leaving = new AbortController()
    const sending = send([readings(300_000)], { token, signal: leaving.signal }).catch(() => null)
    for (let i = 0; i < 20; i++) {
      expect((await send([readings(10)], { token })).status).toBe(200)
      await sleep(50)
    }
    leaving.abort()
    await sending
  })

  it('packed twice is not unpacked', async () => {
    const twice = gzipSync(gzipSync(LINES))
    expect((await send([twice], { token: nextToken(), encoding: 'gzip, gzip' })).status).toBe(415)
    const once = await send([twice], { token: nextToken(), encoding: 'gzip' })
    expect([once.status, once.body.accepted ?? 0]).toEqual([200, expect.any(Number)])
    expect(once.body.accepted).toBeLessThan(1000)
  })

  it('of which the sender leaves at once is not worked on', async () => {
    const first = await accepted()
    const leaving = new AbortController()
    const packed = gzipSync(Buffer.from(readings(400_000)))
    const sending = send([packed], { token: nextToken(), encoding: 'gzip', signal: leaving.signal }).catch(
      () => null,
    )
    await sleep(150)
    leaving.abort()
    await sending
    await sleep(1000)
    expect((await accepted()) - first).toBeLessThan(400_000)
  })
})

describe('bodies that drip', () => {
  it('make way for their sender’s others, and are told so', async () => {
    const token = nextToken()
    const drips = Array.from({ length: 520 }, () => drip(token))
    try {
      await expect.poll(() => drips.filter(({ text }) => text() !== '').length).toBeGreaterThan(0)
      await sleep(2500)
      await expectServed(await meanwhile(send([readings(10)], { token })))
      await expect.poll(() => drips.map(({ text }) => text()).join('')).toContain('ART_BODY_SLOW')
    } finally {
      for (const { socket } of drips) socket.destroy()
    }
  })
})

/** A body of which the first byte came, and no more. */
function drip(token: string) {
  const { hostname, port } = new URL(system.url ?? '')
  const socket = connect(Number(port), hostname === 'localhost' ? '127.0.0.1' : hostname)
  let received = ''
  socket.on('data', chunk => void (received += String(chunk))).on('error', () => undefined)
  socket.write(
    `POST /v1/readings HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\ncontent-type: ${NDJSON}\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n`,
  )
  return { socket, text: () => received }
}
