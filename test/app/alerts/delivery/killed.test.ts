import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { DeliveryBook } from '../../../../src/app/alerts/delivery/delivery-book.ts'
import { Dispatcher } from '../../../../src/app/alerts/delivery/dispatcher.ts'
import { webhook } from '../../../../src/app/alerts/delivery/webhook.ts'
import { localServer } from '../../../core/outbound/local-server.ts'
import { folder, incidentAlert } from './room.ts'

it(
  'a process that is killed after a delivery and before it is noted delivers again, under the same id, and then no more',
  { timeout: 600_000 },
  async () => {
    const dir = await folder()
    const ids: unknown[] = []
    let onFirst: () => void = () => undefined
    const server = await localServer((request, response) => {
      request.resume().on('end', () => {
        ids.push(request.headers['x-arterial-delivery'])
        // The first is received whole; its sender never learns that.
        if (ids.length === 1) onFirst()
        else response.writeHead(204).end()
      })
    })
    const script = join(import.meta.dirname, 'killed.ts')
    const child = spawn(process.execPath, [script, dir, server.url, JSON.stringify(incidentAlert)])
    onTestFinished(() => void child.kill('SIGKILL'))
    onFirst = () => child.kill('SIGKILL')
    await once(child, 'exit')
    expect(ids).toHaveLength(1)

    for (let start = 0; start < 2; start++) {
      const book = await DeliveryBook.open({ dir, keep: 10, now: Date.now })
      const deps = { city: 'Calgary', outbound: { allow: ['127.0.0.1'] }, now: Date.now }
      const send = webhook({ url: server.url, secret: null, format: 'json' }, deps)
      const dispatcher = new Dispatcher({
        ...{ book, targets: new Map([['ops', send]]), now: Date.now, onTried: () => undefined },
        plan: { giveUpMs: 1e9, random: Math.random },
        onFault: (_target, error) => expect.unreachable(String(error)),
      })
      dispatcher.start()
      await vi.waitFor(() => expect(book.list()[0]?.state).toBe('delivered'), { timeout: 60_000 })
      await dispatcher.stop()
    }
    expect(ids).toHaveLength(2)
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/)
    expect(ids[1]).toBe(ids[0])
  },
)
