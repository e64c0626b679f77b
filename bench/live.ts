import { fork } from 'node:child_process'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SitePartial } from '../src/core/live.ts'
import { LiveHub } from '../src/serve/live/index.ts'
import { buildServer } from '../src/serve/server.ts'
import { fakeDeps, status } from '../test/serve/fake-deps.ts'

/**
 * Many live clients at once: what they cost the server, and how late a change is. The clients run in a process of
 * their own, so that their cost is not the server's.
 *
 *   node bench/live.ts [clients=500] [sites=400] [seconds=20]
 */
const [clients = 500, sites = 400, seconds = 20] = process.argv.slice(2).map(Number)

interface Report {
  events: number
  snapshots: number
  bytes: number
  connected: number
  lateMs: { p50: number; p99: number }
}

if (process.send === undefined) await serve()
else await listen(Number(process.env['BENCH_LIVE_PORT']))

async function serve(): Promise<void> {
  const hub = new LiveHub({ now: Date.now, status: () => status, epoch: 'bench' })
  const app = buildServer(fakeDeps({ live: hub }))
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  hub.start()
  // A tenth of the sites reports in each quarter of a second; `at` carries the wall clock, so that lateness can be seen.
  let turn = 0
  const feeding = setInterval(() => {
    const partials = Array.from({ length: sites }, (_, i) => partial(i)).filter(
      (_, i) => i % 10 === turn % 10,
    )
    turn += 1
    hub.apply({ partials, readings: partials.length })
  }, 250)

  const child = fork(new URL(import.meta.url), process.argv.slice(2), {
    env: { ...process.env, BENCH_LIVE_PORT: String(port) },
  })
  await once(child, 'message')
  const before = process.cpuUsage()
  const startedAt = performance.now()
  const [report] = (await once(child, 'message')) as [Report]
  const cpu = process.cpuUsage(before)
  const elapsedS = (performance.now() - startedAt) / 1000
  clearInterval(feeding)
  await app.close()
  const cpuShare = (cpu.user + cpu.system) / 1e6 / elapsedS
  process.stdout.write(
    `${JSON.stringify({ clients, sites, elapsedS: Number(elapsedS.toFixed(1)), serverCpuOfOneCore: Number(cpuShare.toFixed(3)), rssMiB: Math.round(process.memoryUsage.rss() / 2 ** 20), ...report })}\n`,
  )
}

async function listen(port: number): Promise<void> {
  const late: number[] = []
  const report = { events: 0, snapshots: 0, bytes: 0, connected: 0 }
  const open = await Promise.all(
    Array.from({ length: clients }, async (_, i) => {
      const outgoing = request({ port, host: '127.0.0.1', path: '/v1/live', agent: false })
      outgoing.end()
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
      report.connected += 1
      response.on('data', (chunk: Buffer) => {
        report.bytes += chunk.length
        const text = chunk.toString()
        report.events += text.split('event: change').length - 1
        report.snapshots += text.split('event: snapshot').length - 1
        // One client in fifty is timed; parsing for all would measure this process.
        if (i % 50 !== 0) return
        const newest = [...text.matchAll(/"at":(\d+)/g)].reduce((at, [, ms]) => Math.max(at, Number(ms)), 0)
        if (newest > 0) late.push(Date.now() - newest)
      })
      return outgoing
    }),
  )
  process.send?.('connected')
  await new Promise(resolve => setTimeout(resolve, seconds * 1000))
  for (const outgoing of open) outgoing.destroy()
  late.sort((a, b) => a - b)
  const quantile = (q: number) => late[Math.floor(late.length * q)] ?? 0
  process.send?.({ ...report, lateMs: { p50: quantile(0.5), p99: quantile(0.99) } } satisfies Report)
  process.disconnect()
}

function partial(i: number): SitePartial {
  const now = Date.now()
  return {
    site: `INT-${String(i).padStart(4, '0')}`,
    minuteMs: Math.floor(now / 60_000) * 60_000,
    readings: 1,
    vehicles: 12,
    speedSum: 400,
    speedWeight: 12,
    waitSumS: 22.5,
    waitCount: 1,
    occupancySum: 0.21,
    occupancyCount: 1,
    maxQueueVeh: 4,
    lastAtMs: now,
    signal: 'green',
  }
}
