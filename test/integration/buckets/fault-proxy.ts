import { createServer, request as ask } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** What becomes of a request: as it is; or answered without having been done; done and answered otherwise. */
export type Fault =
  | 'none'
  /** 500, not done. */
  | 'fault'
  /** 503, not done. */
  | 'busy'
  /** Done; the answer ends in its middle, one without a body before its beginning. */
  | 'cut'
  /** The request ends in its middle: not done, and no answer. */
  | 'half'
  /** Done after a pause. */
  | 'late'
  /** Done, and then a 500. */
  | 'lost'
  /** A 500 at once; done when `release` is called. */
  | 'held'
  | Refusal

interface Refusal {
  readonly status: number
  readonly code: string
  readonly said?: string
  readonly date?: string
  readonly retryAfterS?: number
}

export interface FaultProxy {
  readonly endpoint: string
  /** Says what becomes of the next requests. */
  decide: (request: { readonly method: string; readonly url: string }) => Fault
  readonly seen: string[]
  /** Has the requests done that were held, one after the other. */
  release(): Promise<void>
  stop(): Promise<void>
}

/** Stands before a service of objects and does it wrong. */
export async function faultProxy(target: string): Promise<FaultProxy> {
  const { origin, pathname } = new URL(target)
  const proxy: Pick<FaultProxy, 'decide' | 'seen'> = { decide: () => 'none', seen: [] }
  const held: (() => Promise<unknown>)[] = []
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bytesOf(request)
    const what = { method: request.method ?? '', url: request.url ?? '' }
    proxy.seen.push(`${what.method} ${what.url}`)
    const fault = proxy.decide(what)
    if (fault === 'held') held.push(() => forward(origin, request, body))
    if (typeof fault === 'object') refuse(response, fault)
    else if (fault === 'half') response.destroy()
    else if (fault === 'held') refuse(response, { status: 500, code: 'InternalError' })
    else if (fault === 'fault') refuse(response, { status: 500, code: 'InternalError' })
    else if (fault === 'busy') refuse(response, { status: 503, code: 'SlowDown' })
    else {
      if (fault === 'late') await sleep(300)
      pass(await forward(origin, request, body), response, fault)
    }
  }
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(proxy, {
    endpoint: `http://127.0.0.1:${port}${pathname === '/' ? '' : pathname}`,
    release: async () => {
      for (const call of held.splice(0)) await call()
    },
    stop: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}

type Answer = Awaited<ReturnType<typeof forward>>

function pass({ status, headers, body }: Answer, response: ServerResponse, fault: Fault): void {
  if (fault === 'lost') {
    refuse(response, { status: 500, code: 'InternalError' })
    return
  }
  if (fault === 'cut' && body.length === 0) {
    response.destroy()
    return
  }
  response.writeHead(status, headers)
  if (fault !== 'cut') response.end(body)
  else response.write(body.subarray(0, body.length >> 1), () => response.destroy())
}

function refuse(response: ServerResponse, { status, code, said = 'x', date, retryAfterS }: Refusal): void {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${said}</Message></Error>`
  response.sendDate = date === undefined
  response.writeHead(status, {
    ...{ 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) },
    ...{ 'x-ms-error-code': code },
    ...(date === undefined ? {} : { date }),
    ...(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }),
  })
  response.end(body)
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function forward(origin: string, from: IncomingMessage, body: Buffer) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const out = ask(
      `${origin}${from.url ?? ''}`,
      {
        method: from.method,
        headers: { ...without(from.headers, 'transfer-encoding'), 'content-length': body.length },
        agent: false,
      },
      resolve,
    )
    out.once('error', reject)
    out.end(body)
  })
  const headers = without(answer.headers, 'transfer-encoding', 'connection')
  const bytes = await bytesOf(answer)
  const length = from.method === 'HEAD' ? {} : { 'content-length': String(bytes.length) }
  return { status: answer.statusCode ?? 500, headers: { ...headers, ...length }, body: bytes }
}

function without<T extends object>(headers: T, ...names: readonly string[]): T {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name))) as T
}
