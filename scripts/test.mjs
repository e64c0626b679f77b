// `npm test`: every check and every test, each step timed; it goes on after a failing step. The last line is
// `N passed, N failed` (a check counts as one), with `, N skipped` where tests were skipped.
// `--check`: format, lint, types and layers only.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const tool = path => join(root, 'node_modules', path)
const folder = mkdtempSync(join(tmpdir(), 'arterial-test-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const total = { passed: 0, failed: 0, skipped: 0 }
const summary = []

await check('format', [tool('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'])
await check('lint', [tool('eslint/bin/eslint.js'), '.'])
await check('types', [tool('typescript/bin/tsc'), '--noEmit', '-p', '.'])
await check('types of the page', [tool('typescript/bin/tsc'), '--noEmit', '-p', 'web'])
await check('layers', [
  tool('dependency-cruiser/bin/dependency-cruiser.mjs'),
  '--config',
  '--output-type',
  'err',
  'src',
  'web/src',
])
if (!process.argv.includes('--check')) {
  await check('page', [tool('vite/bin/vite.js'), 'build', 'web', '--logLevel', 'warn'])
  for (const project of ['unit', 'long', 'integration', 'e2e']) await tests(project)
}
conclude()

/** A step that passes or fails as a whole. */
async function check(name, args) {
  const { ok, seconds } = await step(name, args)
  total[ok ? 'passed' : 'failed'] += 1
  summary.push(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`)
}

/** A project of Vitest: its tests are counted, the reasons of skipped ones shown. */
async function tests(project) {
  const counted = join(folder, `${project}.json`)
  const args = [tool('vitest/vitest.mjs'), 'run', '--project', project, '--reporter=default']
  const { ok, seconds } = await step(
    `${project} tests`,
    [...args, `--reporter=${join(root, 'scripts/count-reporter.mjs')}`],
    { TEST_COUNTS_FILE: counted },
  )
  const { passed, failed, skipped, reasons } = countsFrom(counted)
  // Vitest itself failed, or there was no test at all.
  const unseen = !ok && failed === 0 ? 1 : 0
  total.passed += passed
  total.failed += failed + unseen
  total.skipped += skipped
  summary.push(
    `${ok ? 'ok    ' : 'FAILED'} ${project} tests: ${passed} passed, ${failed + unseen} failed, ${skipped} skipped (${seconds} s)`,
    ...reasons.map(reason => `         skipped: ${reason}`),
  )
}

function countsFrom(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return { passed: 0, failed: 0, skipped: 0, reasons: [] }
  }
}

function step(name, args, more = {}) {
  process.stdout.write(`\n── ${name}\n`)
  const began = performance.now()
  return new Promise(done => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...more },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const end = code => done({ ok: code === 0, seconds: ((performance.now() - began) / 1000).toFixed(1) })
    child.on('error', () => end(1))
    child.on('exit', end)
  })
}

function conclude() {
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
  process.stdout.write(
    `\n${summary.join('\n')}\n\n${total.passed} passed, ${total.failed} failed${skipped}\n`,
  )
  process.exitCode = total.failed > 0 ? 1 : 0
}
