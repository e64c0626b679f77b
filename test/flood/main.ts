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
import { status } from '../crash/ask.ts'
import { lane, nextBomb, nextQuestion, share, tally } from './load.ts'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '5' } } })
const minutes = Number(values.minutes)
if (!(minutes > 0)) {
  console.error(`--minutes ${values.minutes}: a number above 0`)
  process.exit(2)
}

/** Statements asked at the same time; half of them are honest. */
const LANES = 200
/** What the page reads again and again. */
const PAGE = [
  '/v1/status',
  '/v1/gold/district-quarters?limit=100',
  '/v1/gold/intersection-metrics?limit=100',
  '/v1/sensors?limit=100',
]

const folder = await mkdtemp(join(tmpdir(), 'arterial-flood-'))
const main = join(import.meta.dirname, '../../src/app/cli/main.ts')
const server = spawn(
  process.execPath,
  [
    '--disable-warning=ExperimentalWarning',
    main,
    'start',
    '--port',
    '0',
    '--no-build',
    '--json',
    '--data',
    folder,
  ],
  { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] },
)
try {
  const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string]
  const { url } = JSON.parse(line) as { url: string }
  await sleep(20_000)
  const stop = new AbortController()
  const [page, health, bombs, questions] = [tally(), tally(), tally(), tally()]
  const freshnessMs: number[] = []
  let i = 0
  const lanes = [
    ...Array.from({ length: LANES / 2 }, () => lane(url, () => nextBomb(i++), bombs, 50, stop.signal)),
    ...Array.from({ length: LANES / 2 }, () =>
      lane(url, () => nextQuestion(i++), questions, 50, stop.signal),
    ),
    lane(url, () => ({ path: PAGE[i++ % PAGE.length] ?? '', sql: null }), page, 100, stop.signal),
    lane(url, () => ({ path: '/healthz', sql: null }), health, 100, stop.signal),
  ]
  const until = performance.now() + minutes * 60_000
  while (performance.now() < until) {
    await sleep(5_000)
    const { p99 } = (await status(url)).freshnessMs
    if (p99 !== null) freshnessMs.push(p99)
  }
  stop.abort()
  await Promise.all(lanes)
  report(page, health, bombs, questions, freshnessMs)
} finally {
  server.kill('SIGTERM')
  await once(server, 'close')
  await rm(folder, { recursive: true, force: true })
}

function report(
  page: ReturnType<typeof tally>,
  health: typeof page,
  bombs: typeof page,
  questions: typeof page,
  freshnessMs: readonly number[],
): void {
  const told = (questions.statuses['200'] ?? 0) + (questions.statuses['429'] ?? 0)
  const figures = {
    'page reads p99, ms': share(page.ms, 0.99),
    'health p99, ms': share(health.ms, 0.99),
    'freshness p99, ms': Math.max(...freshnessMs),
    'honest answered or told 429': told / questions.ms.length,
  }
  console.log('statements:', { bombs: bombs.statuses, honest: questions.statuses, page: page.statuses })
  console.table(figures)
  const checks = {
    'page reads p99 within 300 ms': figures['page reads p99, ms'] <= 300,
    'freshness p99 within 2 s': figures['freshness p99, ms'] <= 2_000,
    '95 % of honest statements answered or told 429': figures['honest answered or told 429'] >= 0.95,
  }
  for (const [name, ok] of Object.entries(checks)) console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}`)
  process.exitCode = Object.values(checks).every(Boolean) ? 0 : 1
}
