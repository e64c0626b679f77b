// `npm test`: every check and every test, each step timed; it goes on after a failing step. The last line is
// `N passed, N failed` (a check counts as one), with `, N skipped` where tests were skipped.
// `--check`: format, lint, types and layers only.
import { mkdtempSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { countsFrom } from './test/counts.ts'
import { isRoomy } from './test/room.ts'
import { runStep, type Ended } from './test/step.ts'
import { Turns } from './test/turns.ts'

/** What runs one after the other; lanes run side by side, since most of the tests wait for an engine or a browser. */
type Lane = 'checks' | 'engine' | 'page'

interface Step {
  readonly name: string
  readonly lane: Lane
  readonly args: readonly string[]
  /** A project of Vitest, whose tests are counted one by one. */
  readonly project?: string
}

const root = dirname(import.meta.dirname)
const folder = mkdtempSync(join(tmpdir(), 'arterial-test-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const check = (name: string, lane: Lane, path: string, ...args: string[]): Step => ({
  ...{ name, lane },
  args: [join(root, 'node_modules', path), ...args],
})
const tests = (project: string, lane: Lane): Step => ({
  ...check(`${project} tests`, lane, 'vitest/vitest.mjs', 'run', '--project', project, '--reporter=default'),
  project,
})
const cruise = ['--config', '--output-type', 'err', 'src', 'web/src']
const checks = [
  check('format', 'checks', 'oxfmt/bin/oxfmt', '--check', '.'),
  check('types', 'checks', 'typescript-7/bin/tsc', '--noEmit', '-p', '.'),
  check('types of the page', 'checks', 'typescript-7/bin/tsc', '--noEmit', '-p', 'web'),
  check('layers', 'checks', 'dependency-cruiser/bin/dependency-cruiser.mjs', ...cruise),
  check(
    'lint',
    'checks',
    'oxlint/bin/oxlint',
    '--type-aware',
    '--format=unix',
    '--report-unused-disable-directives',
    '.',
  ),
]
const wholly = [
  ...checks,
  check('page', 'page', 'vite/bin/vite.js', 'build', 'web', '--logLevel', 'warn'),
  tests('unit', 'checks'),
  tests('long', 'checks'),
  tests('integration', 'engine'),
  tests('e2e', 'page'),
]
const steps = process.argv.includes('--check') ? checks : wholly

const stop = new AbortController()
let stoppedBy: NodeJS.Signals | null = null
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    stoppedBy ??= signal
    stop.abort()
  })

const turns = new Turns(
  steps.map(({ name }) => name),
  words => process.stdout.write(words),
)
const lanes = isRoomy ? [...new Set(steps.map(({ lane }) => lane))] : [null]
const ends = new Map<Step, Ended>()
await Promise.all(
  lanes.map(async lane => {
    for (const step of steps.filter(one => lane === null || one.lane === lane)) await run(step)
  }),
)
conclude()

async function run(step: Step): Promise<void> {
  const { project } = step
  const more = project === undefined ? [] : [`--reporter=${join(root, 'scripts/test/count-reporter.mjs')}`]
  // Programs whose words go through a pipe would drop their colours.
  const colours = process.stdout.isTTY && process.env['NO_COLOR'] === undefined ? { FORCE_COLOR: '1' } : {}
  const counted = project === undefined ? {} : { TEST_COUNTS_FILE: countsFile(project) }
  const number = steps.indexOf(step)
  const ended = await runStep([...step.args, ...more], {
    cwd: root,
    env: { ...process.env, ...colours, ...counted },
    says: words => turns.says(number, words),
    signal: stop.signal,
  })
  ends.set(step, ended)
  turns.ends(number)
}

function countsFile(project: string): string {
  return join(folder, `${project}.json`)
}

function conclude(): void {
  const total = { passed: 0, failed: 0, skipped: 0 }
  const summary = steps.flatMap(step => {
    const { ok, seconds } = ends.get(step) ?? { ok: false, seconds: 0 }
    const head = `${ok ? 'ok    ' : 'FAILED'} ${step.name}`
    if (step.project === undefined) {
      total[ok ? 'passed' : 'failed'] += 1
      return [`${head} (${seconds.toFixed(1)} s)`]
    }
    const counts = countsFrom(countsFile(step.project))
    const { passed, failed: seen, skipped } = counts
    // Vitest itself failed, or there was no test at all.
    const failed = !ok && seen === 0 ? 1 : seen
    total.passed += passed
    total.failed += failed
    total.skipped += skipped
    return [
      `${head}: ${passed} passed, ${failed} failed, ${skipped} skipped (${seconds.toFixed(1)} s)`,
      ...counts.failures.map(failure => `         failed: ${failure}`),
      ...counts.retried.map(test => `         passed only at the second try: ${test}`),
      ...counts.reasons.map(reason => `         skipped: ${reason}`),
    ]
  })
  if (stoppedBy !== null) summary.push(`stopped by ${stoppedBy}; what was not done counts as failed`)
  summary.push(`${process.uptime().toFixed(0)} s in all`)
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
  process.stdout.write(
    `\n${summary.join('\n')}\n\n${total.passed} passed, ${total.failed} failed${skipped}\n`,
  )
  process.exitCode = stoppedBy === null ? Number(total.failed > 0) : 128 + constants.signals[stoppedBy]
}
