import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import { ask, cleanups, listening, raw } from './listening.ts'

describe('the readings door', () => {
  it('hands the body on while it still arrives', async () => {
    let firstChunk: (text: string) => void
    const seen = new Promise<string>(resolve => (firstChunk = resolve))
    const { port } = await listening({
      ingest: async body => {
        let count = 0
        for await (const chunk of body) {
          firstChunk(String(chunk))
          count += 1
        }
        return { accepted: count, position: '0', positions: [] }
      },
    })
    const outgoing = request({ port, host: '127.0.0.1', path: '/v1/readings', method: 'POST' })
    outgoing.write('first\n')
    expect(await seen).toBe('first\n')
    outgoing.end('second\n')
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    expect(response.statusCode).toBe(200)
  })

  it('answers a refusal although the caller goes on sending', async () => {
    const { port } = await listening({ mode: 'simulated' })
    const answer = await ask(
      { port, host: '127.0.0.1', path: '/v1/readings', method: 'POST' },
      '{"a":1}\n'.repeat(500_000),
    )
    expect(answer.status).toBe(409)
  })

  it.each([
    ['in the middle of it', 422],
    ['before it', 415],
  ])('answers a body that it refuses %s, and keeps the connection', async (where, code) => {
    class RefusedError extends AppError {
      readonly code = 'ART_REFUSED'
      readonly status = code
    }
    const { port } = await listening({
      ingest: async body => {
        if (where === 'before it') throw new RefusedError('No.')
        for await (const chunk of body) if (chunk.length > 0) throw new RefusedError('No.')
        return { accepted: 0, position: '0', positions: [] }
      },
    })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    cleanups.push(async () => agent.destroy())
    const options = { port, host: '127.0.0.1', path: '/v1/readings', method: 'POST', agent }
    for (let i = 0; i < 3; i++) {
      expect((await ask(options, '{"a":1}\n'.repeat(500_000))).status).toBe(code)
    }
    expect((await ask({ ...options, path: '/v1/status', method: 'GET' })).status).toBe(200)
  })

  it('answers 413 to a JSON body over the limit that is still on its way', async () => {
    const { port } = await listening()
    const options = { port, host: '127.0.0.1', path: '/v1/sql', method: 'POST' }
    expect((await ask(options, 'x'.repeat(8_000_000))).status).toBe(413)
  })

  it('tells the door when the caller breaks off', async () => {
    let aborted: (value: boolean) => void
    const told = new Promise<boolean>(resolve => (aborted = resolve))
    const { port } = await listening({
      ingest: async (body, { signal }) => {
        signal.addEventListener('abort', () => aborted(true))
        try {
          for await (const chunk of body) expect(chunk.length).toBeGreaterThan(0)
        } catch {
          aborted(true)
        }
        return { accepted: 0, position: '0', positions: [] }
      },
    })
    const outgoing = request({ port, host: '127.0.0.1', path: '/v1/readings', method: 'POST' })
    outgoing.on('error', () => undefined)
    outgoing.write('x')
    await once(outgoing, 'socket')
    setTimeout(() => outgoing.destroy(), 50)
    expect(await told).toBe(true)
  })

  it('answers a caller that sends less than it said, with the lines that are durable', async () => {
    class HalfwayError extends AppError {
      readonly code = 'ART_HALFWAY'
      readonly status = 400
      readonly durable = 1
    }
    const { port } = await listening({
      ingest: async body => {
        const lines: string[] = []
        try {
          for await (const chunk of body) lines.push(String(chunk))
        } catch {
          throw new HalfwayError(`after ${lines.join()}`)
        }
        return { accepted: 0, position: '0', positions: [] }
      },
    })
    const socket = connect(port, '127.0.0.1')
    cleanups.push(async () => socket.destroy())
    socket.end('POST /v1/readings HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{"a":1}\n{"b')
    let text = ''
    for await (const chunk of socket) text += String(chunk)
    expect(text).toContain('"durable":1')
    expect(text).toContain('after {\\"a\\":1}')
  })

  it('lets a careful caller ask first (Expect: 100-continue)', async () => {
    const { port } = await listening()
    const text = await raw(
      port,
      'POST /v1/readings HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n{}\n',
      '"accepted"',
    )
    expect(text).toMatch(/^HTTP\/1.1 100 Continue/)
    expect(text).toContain('"accepted":1')
  })
})
