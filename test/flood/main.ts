// `npm run test:flood -- --minutes 5`: two hundred statements at once against a live city, bombs and functions that nothing
// can end among them, while the page reads and readings arrive.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { status } from '../crash/ask.ts'
import { bombLane, lane, questionLane, share, tally, type Tally } from './load.ts'
import type { Seen } from './watch.ts'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '5' } } })
const minutes = Number(values.minutes)
if (!(minutes > 0)) {
  console.error(`--minutes ${values.minutes}: a number above 0`)
  process.exit(2)
}

/** Statements asked at the same time; half of them are honest. */
const LANES = 200
/** Between two looks at the freshness, which the status gives over the last minute. */
const LOOK_MS = 5_000

const folder = await mkdtemp(join(tmpdir(), 'arterial-flood-'))
const main = join(import.meta.dirname, '../../src/app/cli/main.ts')
const options = ['--port', '0', '--no-build', '--json', '--data', folder]
const server = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, 'start', ...options], {
  cwd: folder,
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string]
  const { url } = JSON.parse(line) as { url: string }
  await sleep(20_000)
  report(await flood(url))
} finally {
  server.kill('SIGTERM')
  await once(server, 'close')
  await rm(folder, { recursive: true, force: true })
}

interface Found extends Seen {
  readonly bombs: Tally
  readonly questions: Tally
  readonly freshnessMs: readonly number[]
}

async function flood(url: string): Promise<Found> {
  const stop = new AbortController()
  const [bombs, questions] = [tally(), tally()]
  const freshnessMs: number[] = []
  const watch = new Worker(new URL('./watch.ts', import.meta.url), { workerData: { url } })
  const half = Array.from({ length: LANES / 2 })
  const lanes = [
    ...half.map(() => lane(url, bombLane, bombs, stop.signal)),
    ...half.map(() => lane(url, questionLane, questions, stop.signal)),
  ]
  const until = performance.now() + minutes * 60_000
  while (performance.now() < until) {
    await sleep(LOOK_MS)
    const { p99 } = (await status(url)).freshnessMs
    if (p99 !== null) freshnessMs.push(p99)
  }
  watch.postMessage('stop')
  const [seen] = (await once(watch, 'message')) as [Seen]
  stop.abort()
  await Promise.all(lanes)
  return { ...seen, bombs, questions, freshnessMs }
}

function report({ page, health, bombs, questions, freshnessMs }: Found): void {
  const told = (questions.statuses['200'] ?? 0) + (questions.statuses['429'] ?? 0)
  const reads = Object.values(page).flatMap(({ ms }) => ms)
  const figures = {
    'page reads p99, ms': share(reads, 0.99),
    'freshness p99, ms': Math.max(...freshnessMs),
    'honest answered or told 429': told / questions.ms.length,
  }
  const rows = Object.entries({ ...page, '/healthz': health, bombs, 'honest statements': questions })
  console.table(
    Object.fromEntries(
      rows.map(([name, { ms, statuses }]) => [
        name,
        {
          asked: ms.length,
          'p50 ms': Math.round(share(ms, 0.5)),
          'p99 ms': Math.round(share(ms, 0.99)),
          'worst ms': Math.round(share(ms, 1)),
          answers: JSON.stringify(statuses),
        },
      ]),
    ),
  )
  console.table(figures)
  const checks = {
    'page reads p99 within 300 ms': figures['page reads p99, ms'] <= 300,
    'freshness p99 within 2 s': figures['freshness p99, ms'] <= 2_000,
    '95 % of honest statements answered or told 429': figures['honest answered or told 429'] >= 0.95,
  }
  for (const [name, ok] of Object.entries(checks)) console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}`)
  process.exitCode = Object.values(checks).every(Boolean) ? 0 : 1
}
