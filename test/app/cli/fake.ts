import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { run } from '../../../src/app/cli/run.ts'
import type { RunningSystem, Shell, StartSystem } from '../../../src/app/cli/shell.ts'
import type { Config } from '../../../src/core/config/index.ts'
import type { Status } from '../../../src/serve/contract/status.ts'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** What the fake answers: a document, or a function that answers by itself. */
export type Answer = Readonly<Record<string, unknown>> | ((asked: Asked, response: ServerResponse) => void)

/** A door that gives each line the next position of its log, and a lake that has every one of them as new. */
export function fakeDoor(linesOf: (asked: Asked) => number): Record<string, Answer> {
  let end = 0
  const take = (count: number) => {
    const positions = [[end, count]]
    end += count
    return positions
  }
  const json = (response: ServerResponse, value: unknown) => void response.end(JSON.stringify(value))
  const count = (asked: Asked) => {
    const { positions } = JSON.parse(asked.body.toString()) as { positions: [number, number][] }
    return positions.reduce((sum, [, lines]) => sum + lines, 0)
  }
  return {
    'POST /v1/readings': (asked, response) => {
      const accepted = linesOf(asked)
      json(response, { accepted, positions: take(accepted) })
    },
    'PUT /v1/sensors': (asked, response) => {
      const imported = asked.body.toString().trim().split('\n').length
      json(response, { imported, positions: take(imported) })
    },
    'POST /v1/readings/outcome': (asked, response) =>
      json(response, { end, pending: 0, outcome: { ...NO_OUTCOME, new: count(asked) } }),
    'POST /v1/sensors/outcome': (asked, response) =>
      json(response, {
        end,
        pending: 0,
        outcome: { new: count(asked), replaced: 0, repeats: 0, conflicts: 0 },
      }),
  }
}

export const NO_OUTCOME = {
  new: 0,
  repeats: 0,
  conflicts: 0,
  quarantined: 0,
  reasons: [],
  keys: { conflicting: 0, most: 0, own: 0 },
  gapReadings: 0,
}

export const SECRET = 'the-admin-secret'

/** A folder for one test with, on demand, servers on its control sockets. */
export class Stage {
  readonly cwd = mkdtempSync(join(tmpdir(), 'arterial-cli-'))
  readonly asked: Asked[] = []
  readonly started: Config[] = []
  stopped = 0
  readonly #closers: (() => Promise<void>)[] = []

  folder(mode: 'demo' | 'city'): string {
    return join(this.cwd, 'data', mode)
  }

  /** Serves the answers on the control socket of a folder, as a running system would. */
  async serve(mode: 'demo' | 'city', answers: Readonly<Record<string, Answer>>): Promise<RunningSystem> {
    const folder = this.folder(mode)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'admin.secret'), `${SECRET}\n`, { mode: 0o600 })
    const server = createServer((request, response) => void this.#answer(request, response, answers))
    const controlSocket = join(folder, 'control.sock')
    await new Promise<void>(done => server.listen(controlSocket, done))
    const close = () => new Promise<void>(done => server.close(() => done()))
    this.#closers.push(close)
    return {
      url: null,
      publicUrl: null,
      biUrl: null,
      controlSocket,
      folder,
      broken: new Promise(() => {}),
      stop: close,
    }
  }

  /** A `startSystem` that serves the answers when it is called. */
  starter(answers: Readonly<Record<string, Answer>>): StartSystem {
    return async (config, { mode, onProgress }) => {
      this.started.push(config)
      onProgress?.('engine started')
      const system = await this.serve(config.simulation.mode === 'off' ? 'city' : 'demo', answers)
      return {
        ...system,
        url: mode === 'serve' ? 'http://127.0.0.1:4321' : null,
        stop: async () => {
          this.stopped += 1
          await system.stop()
        },
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#closers.map(close => close()))
    rmSync(this.cwd, { recursive: true, force: true })
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    answers: Readonly<Record<string, Answer>>,
  ) {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const { method = '', url = '', headers } = request
    const asked = {
      method,
      path: url,
      authorization: headers.authorization,
      headers,
      body: Buffer.concat(chunks),
    }
    if (url === '/healthz') {
      response.end('{}')
      return
    }
    this.asked.push(asked)
    const answer = answers[`${method} ${url}`] ?? answers[`${method} ${url.split('?')[0]}`]
    if (typeof answer === 'function') answer(asked, response)
    else if (answer) response.end(JSON.stringify(answer))
    else problem(response, 404, 'ART_NOT_FOUND', `no ${method} ${url}`)
  }
}

export function problem(
  response: ServerResponse,
  status: number,
  code: string,
  detail: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/problem+json', ...headers })
  response.end(JSON.stringify({ type: `/docs#${code}`, title: code, status, detail, code }))
}

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command line on the stage. */
export async function arterial(
  stage: Stage,
  args: readonly string[],
  more: Partial<Shell> = {},
): Promise<Ran> {
  let stdout = ''
  let stderr = ''
  const code = await run(args, {
    stdout: { columns: 100, write: text => (stdout += text) },
    stderr: { columns: 100, write: text => (stderr += text) },
    stdin: () => Promise.resolve(''),
    input: () => Readable.from([]),
    cwd: stage.cwd,
    env: {},
    signal: new AbortController().signal,
    exitCode: 0,
    startSystem: () => Promise.reject(new Error('nothing should be started here')),
    ...more,
  })
  return { code, stdout, stderr }
}

export function statusDocument(more: Partial<Status> = {}): Status {
  const layer = { rows: 1200, bytes: 2048 }
  return {
    version: '0.1.0',
    ready: true,
    city: { name: 'Testville', latitude: 1, longitude: 2, timeZone: 'UTC', units: 'metric', tileStyle: null },
    mode: 'real',
    newestAt: '2026-03-01T06:00:00.000Z',
    log: { accepted: 1200, bytes: 4096, position: 1200, unknown: 0 },
    layers: { bronze: layer, silver: layer, quarantine: layer, gold: layer },
    repeats: 3,
    conflicts: 1,
    streams: [],
    backlog: { records: 0, bytes: 0, position: 1200 },
    freshnessMs: { p50: 120, p95: 1500, p99: null },
    rates: { acceptedPerS: 12480, loadedPerS: 0.5 },
    engine: { state: 'ready', restarts: 0 },
    problems: [],
    disk: { freeBytes: 50_000_000_000, state: 'ok' },
    folder: {
      measuredAt: '2026-03-01T00:00:00.000Z',
      totalBytes: 36_864,
      bytes: { segments: 4_096, lake: 20_480, oversize: 4_096, setAside: 0, rest: 8_192 },
    },
    losses: { open: [], openCount: 0, openRecords: 0, count: 0, records: 0 },
    ...more,
  }
}
