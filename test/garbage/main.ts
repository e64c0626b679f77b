// `npm run test:garbage -- --lines 1000000`: as many bad lines between as many good ones, through the HTTP door.
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { runGarbage } from './run.ts'

const { values } = parseArgs({ options: { lines: { type: 'string', default: '1000000' } } })
const lines = Number(values.lines)
if (!Number.isInteger(lines) || lines < 1000) {
  console.error(`--lines ${values.lines}: a whole number of at least 1000`)
  process.exit(2)
}
const outcome = await runGarbage(lines, 40)
const { good, bad, bytes, files, isAlive, peakMib, seconds } = outcome
const checks = {
  'good readings in silver': good[0] === good[1],
  'bad lines in quarantine, by reason': isDeepStrictEqual(bad[0], { ...bad[1] }),
  'their bytes': bytes[0] === bytes[1],
  'lines kept as files': isDeepStrictEqual(files[0], files[1]),
  'server alive': isAlive,
}
console.table({ sent: { good: good[0], ...bad[0] }, found: { good: good[1], ...bad[1] } })
console.log(
  `peak memory: server and sender ${peakMib.server} MiB, engine ${peakMib.engine} MiB; ${seconds.toFixed(0)} s`,
)
for (const [name, ok] of Object.entries(checks)) console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}`)
process.exitCode = Object.values(checks).every(Boolean) ? 0 : 1
