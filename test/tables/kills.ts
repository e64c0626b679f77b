import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { folderStore } from '../../src/storage/index.ts'
import { seededRandom } from '../random.ts'
import { below } from '../integration/stream.ts'
import { danglingFiles } from '../integration/tables/dangling.ts'
import type { Death, Step } from '../integration/tables/dying-store.ts'
import type { Compared } from './compare.ts'
import type { Life } from './life.ts'

const DAY_MS = 86_400_000
const ROUNDS = 2
/** In turn: what is done most often comes most often. */
const TURNS: readonly Step[] = [
  ...(['parquet', 'commit', 'parquet', 'commit', 'checkpoint'] as const),
  ...(['parquet', 'commit', 'hint', 'parquet', 'commit', 'removal'] as const),
]
/** A step that seldom comes may not come in a life. */
const MAX_LIVES = 6
/** So many of a step may be in a life. */
const MOST: Readonly<Record<Step, number>> = { parquet: 14, commit: 8, checkpoint: 1, hint: 1, removal: 2 }

/**
 * Kills a program that publishes (SIGKILL, before or after a step of its work), again and again over one folder, and compares the
 * tables with the lake at the end.
 * @returns what is wrong, in words
 */
export async function killPhase(
  folder: string,
  { kills, seed }: { kills: number; seed: number },
  print: (line: string) => void,
): Promise<string[]> {
  const random = seededRandom(seed)
  const counts = new Map<string, number>()
  const faults: string[] = []
  let [lives, done] = [0, 0]
  while (done < kills && lives < kills * MAX_LIVES) {
    const step = TURNS[done % TURNS.length] ?? 'commit'
    const death: Death = { step, when: random() < 0.5 ? 'before' : 'after', nth: below(random, MOST[step]) }
    const { wasKilled, code } = await live(folder, ++lives, death)
    if (!wasKilled && code !== 0) return [...faults, `a life ended by itself with ${code}`]
    if (!wasKilled) continue
    done++
    const where = `${death.when} ${step}`
    counts.set(where, (counts.get(where) ?? 0) + 1)
    faults.push(...(await danglingFiles(folderStore(join(folder, 'tables')))))
    print(`${done}/${kills} killed ${where} ${death.nth}`)
  }
  const { output } = await live(folder, ++lives, null)
  const nothing: Compared = { differences: [], published: 0, inLake: -1, commits: 0, files: 0 }
  const result = output === '' ? nothing : (JSON.parse(output) as Compared)
  faults.push(...result.differences)
  if (done < kills) faults.push(`${done} kills of ${kills}`)
  if (result.published !== result.inLake) faults.push(`${result.published} readings of ${result.inLake}`)
  print(`${lives} lives; killed ${[...counts].map(([where, n]) => `${n} ${where}`).join(', ')}`)
  print(JSON.stringify(result))
  return faults
}

async function live(
  folder: string,
  seed: number,
  death: Death | null,
): Promise<{ readonly wasKilled: boolean; readonly code: number | null; readonly output: string }> {
  const nowMs = Date.parse('2026-06-01T00:00:00Z') + seed * DAY_MS
  const life: Life = { folder, seed, rounds: ROUNDS, nowMs, death }
  const script = join(import.meta.dirname, 'life.ts')
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, JSON.stringify(life)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { wasKilled: signal === 'SIGKILL', code, output }
}
