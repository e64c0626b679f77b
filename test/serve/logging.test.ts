import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { EngineUnavailableError } from '../../src/core/errors.ts'
import { lineLog } from '../../src/serve/logging/log-lines.ts'
import { buildServer, type ServerDeps } from '../../src/serve/server.ts'
import { fakeDeps } from './fake-deps.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A listening server, and what it logs. */
async function logging(over: Partial<ServerDeps>): Promise<{ port: number; lines: string[] }> {
  const lines: string[] = []
  const { sink } = lineLog('json', 'info', line => lines.push(line))
  const app = buildServer(fakeDeps({ ...over, log: { level: 'info', stream: sink } }))
  closers.push(() => app.close())
  await app.listen({ port: 0, host: '127.0.0.1' })
  lines.length = 0
  return { port: (app.server.address() as AddressInfo).port, lines }
}

describe('the log', () => {
  it('is text or JSON, one of them, and leaves out what is below its level', () => {
    const lines: string[] = []
    const at = Date.parse('2026-03-01T06:00:00Z')
    const text = lineLog(
      'text',
      'info',
      line => lines.push(line),
      () => at,
    )
    text.say('debug', 'not this')
    text.say('warn', 'a \u001b[31mline')
    text.sink.write(
      `${JSON.stringify({ level: 50, time: at, path: '/v1/sql', err: { stack: 'Error: x\n  at y' }, msg: 'ART_INTERNAL' })}\n`,
    )
    expect(lines).toEqual([
      '2026-03-01T06:00:00.000Z WARN  a \\u001b[31mline\n',
      '2026-03-01T06:00:00.000Z ERROR ART_INTERNAL  path=/v1/sql\n    Error: x\n      at y\n',
    ])
    const json: string[] = []
    lineLog(
      'json',
      'info',
      line => json.push(line),
      () => at,
    ).say('info', 'Loading')
    expect(JSON.parse(json[0]!)).toEqual({ level: 30, time: at, msg: 'Loading' })
  })

  it('has no error for a caller who went away', async () => {
    let asked: () => void = () => undefined
    const isAsked = new Promise<void>(done => (asked = done))
    const { lake } = fakeDeps()
    const { port, lines } = await logging({
      lake: {
        ...lake,
        page: (_list, _query, _limit, signal) =>
          new Promise((_done, reject) => {
            signal?.addEventListener('abort', () => {
              reject(new Error('the engine was told to stop', { cause: signal.reason }))
            })
            asked()
          }),
      },
    })
    const call = request({ port, host: '127.0.0.1', path: '/v1/intersections' }).on('error', () => undefined)
    call.end()
    await isAsked
    call.destroy()
    await new Promise(done => setTimeout(done, 200))
    expect(lines).toEqual([])
  })

  it('says in a line, without where in the program, what others have to wait for', async () => {
    const { lake } = fakeDeps()
    const down = new EngineUnavailableError('the engine is starting again')
    const { port, lines } = await logging({ lake: { ...lake, page: () => Promise.reject(down) } })
    await fetch(`http://127.0.0.1:${port}/v1/intersections`)
    const said = JSON.parse(lines[0] ?? '{}') as Record<string, unknown>
    expect(said).toMatchObject({ level: 40, path: '/v1/intersections' })
    expect(said).not.toHaveProperty('err')
    expect(said['msg']).toContain(`${down.code}: `)
  })

  it('still names a mistake of ours', async () => {
    const { lake } = fakeDeps()
    const { port, lines } = await logging({
      lake: { ...lake, page: () => Promise.reject(new Error('broken')) },
    })
    await fetch(`http://127.0.0.1:${port}/v1/intersections`)
    expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({
      level: 50,
      msg: 'ART_INTERNAL',
      path: '/v1/intersections',
    })
  })
})
