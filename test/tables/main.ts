import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readersMissing } from '../integration/tables/readers.ts'
import { commitPhase } from './commits.ts'
import { killPhase } from './kills.ts'

// Kills a program that publishes, again and again over one folder, and lets another make very many commits; then compares the tables
// with the lake: by what the files hold, and as delta-rs and DuckDB read them.

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    commits: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
  },
})
const [kills, commits, seed] = (['kills', 'commits', 'seed'] as const).map(name => {
  const number = Number(values[name])
  if (Number.isInteger(number) && number >= 0) return number
  process.stderr.write(`--${name} wants a whole number, not "${values[name]}"\n`)
  process.exit(2)
}) as [number, number, number]
/** Fewer are over before files that were put together may be removed, seven days of an hour each later. */
const LEAST_COMMITS = 300
if (commits > 0 && commits < LEAST_COMMITS) {
  process.stderr.write(`--commits wants 0, or at least ${LEAST_COMMITS}, not "${values.commits}"\n`)
  process.exit(2)
}

const print = (line: string) => process.stdout.write(`${line}\n`)
if (readersMissing !== null) print(`skipped: ${readersMissing}`)
const phases = [
  ...(kills > 0 ? [['kills', (folder: string) => killPhase(folder, { kills, seed }, print)] as const] : []),
  ...(commits > 0
    ? [['commits', (folder: string) => commitPhase(folder, { commits, seed }, print)] as const]
    : []),
]
process.exitCode = 0
for (const [name, phase] of phases) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), `arterial-tables-${name}-`)))
  const begun = performance.now()
  try {
    const faults = await phase(folder)
    const seconds = Math.round((performance.now() - begun) / 1000)
    print(
      faults.length === 0
        ? `${name}: equal: no row lost, doubled or dangling (${seconds} s)`
        : faults.join('\n'),
    )
    if (faults.length > 0) process.exitCode = 1
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
