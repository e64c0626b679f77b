import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { writeFreeFlow } from '../../src/lake/gold/index.ts'
import { startEmbeddedEngine } from '../../src/lake/engine/index.ts'
import { Loader } from '../../src/lake/load/loader.ts'
import { migrate } from '../../src/lake/migrations/index.ts'
import { openLog } from '../../src/log/segments/index.ts'
import type { ChildReport } from './child.ts'
import { NO_STREAMS } from '../../src/lake/load/streams.ts'

// Loads a full log into an empty lake with the parts the server has, without a door: run by child.ts, told the folder.
const folder = process.argv[2]
if (folder === undefined) throw new Error('arterial.ts wants the data folder')

// As the server sets it, in src/app/cli/main.ts.
setFlagsFromString('--external-memory-accounted-in-global-limit')

const logDir = join(folder, 'log')
const log = await openLog(logDir, { onProblem: ({ message }) => process.stderr.write(`${message}\n`) })
const engine = await startEmbeddedEngine({ dir: folder })
await migrate(engine, logDir)
await writeFreeFlow(engine, 60, {}, Date.now())
const loader = new Loader({
  engine,
  log,
  streams: NO_STREAMS,
  checkpointPath: join(folder, 'checkpoint.json'),
  rules: {
    rules: { oldestMs: Date.UTC(2000, 0), maxFutureMs: 300_000, maxSensors: 2_000_000, visibleIds: true },
    zone: 'America/New_York',
    intervalS: 30,
    maxIndexBytes: 256 * 1024 * 1024,
  },
  onLive: () => {},
  onProgress: () => {},
  onProblem: (code, message) => {
    if (message !== null) process.stderr.write(`${code}: ${message}\n`)
  },
})

// The clock starts when both the engine and the loader are ready, as DuckDB's does when its database is open.
await loader.start()
const started = performance.now()
while (loader.visible < log.synced) await sleep(5)
const ms = performance.now() - started
const rows = loader.lastLedger?.silverRows ?? 0
// The parent reads what every process has used, and lets this one go.
process.once('message', () => {
  void loader
    .stop()
    .then(() => engine.stop())
    .then(() => log.close())
    .then(() => process.disconnect())
})
process.send?.({ ms, rows, stagesMs: { ...loader.times.ms } } satisfies ChildReport)
