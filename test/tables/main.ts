import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { folderStore } from '../../src/storage/index.ts'
import { below } from '../integration/stream.ts'
import { danglingFiles } from '../integration/tables/dangling.ts'
import { deltaRsMissing } from '../integration/tables/delta-rs.ts'
import type { Death, Step } from '../integration/tables/dying-store.ts'
import { seededRandom } from '../random.ts'
import type { Life } from './life.ts'

// Kills a program that publishes (SIGKILL, before or after a step of its work), again and again over one folder, and compares the
// tables with the lake: by what the files hold, and as delta-rs reads them.

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '50' }, seed: { type: 'string', default: '1' } },
})
const kills = Number(values.kills)
const random = seededRandom(Number(values.seed))
const DAY_MS = 86_400_000
const ROUNDS = 3
/** In turn: what is done most often comes most often. */
const TURNS: readonly Step[] = [
  ...(['parquet', 'commit', 'parquet', 'commit', 'checkpoint'] as const),
  ...(['parquet', 'commit', 'hint', 'parquet', 'commit', 'removal'] as const),
]
/** A step that seldom comes may not come in a life. */
const MAX_LIVES = 6
/** So many of a step may be in a life. */
const MOST: Readonly<Record<Step, number>> = { parquet: 20, commit: 15, checkpoint: 2, hint: 2, removal: 3 }

const folder = await realpath(await mkdtemp(join(tmpdir(), 'arterial-tables-')))
const counts = new Map<string, number>()
const faults: string[] = []
let [lives, done] = [0, 0]
if (deltaRsMissing !== null) process.stdout.write(`skipped: ${deltaRsMissing}\n`)
while (done < kills && lives < kills * MAX_LIVES) {
  const step = TURNS[done % TURNS.length] ?? 'commit'
  const when = random() < 0.5 ? 'before' : 'after'
  const death: Death = { step, when, nth: below(random, MOST[step]) }
  const { wasKilled, code } = await live(death)
  if (!wasKilled) {
    if (code !== 0) faults.push(`a life ended by itself with ${code}`)
    if (code !== 0) break
    continue
  }
  done++
  counts.set(`${when} ${step}`, (counts.get(`${when} ${step}`) ?? 0) + 1)
  faults.push(...(await danglingFiles(folderStore(join(folder, 'tables')))))
  process.stdout.write(`${done}/${kills} killed ${when} ${step} ${death.nth}\n`)
}
const { output } = await live(null)
const result = JSON.parse(output || '{"differences":["the last life said nothing"]}') as {
  readonly differences: readonly string[]
  readonly published: number
  readonly inLake: number
}
faults.push(...result.differences)
if (done < kills) faults.push(`${done} kills of ${kills}`)
if (result.published !== result.inLake) faults.push(`${result.published} readings of ${result.inLake}`)
process.stdout.write(
  `${lives} lives; killed ${[...counts].map(([where, n]) => `${n} ${where}`).join(', ')}\n${JSON.stringify(result)}\n`,
)
process.stdout.write(
  faults.length === 0 ? 'equal: no row lost, doubled or dangling\n' : `${faults.join('\n')}\n`,
)
await rm(folder, { recursive: true, force: true, maxRetries: 5 })
process.exitCode = faults.length === 0 ? 0 : 1

async function live(
  death: Death | null,
): Promise<{ readonly wasKilled: boolean; readonly code: number | null; readonly output: string }> {
  lives++
  const nowMs = Date.parse('2026-06-01T00:00:00Z') + lives * DAY_MS
  const life: Life = { folder, seed: lives, rounds: ROUNDS, nowMs, death }
  const args = [
    '--disable-warning=ExperimentalWarning',
    join(import.meta.dirname, 'life.ts'),
    JSON.stringify(life),
  ]
  const child = spawn(process.execPath, [...args, deltaRsMissing === null ? 'delta-rs' : ''], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { wasKilled: signal === 'SIGKILL', code, output }
}
