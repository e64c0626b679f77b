import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { countsFrom } from '../../../scripts/test/counts.ts'

const folder = mkdtempSync(join(tmpdir(), 'arterial-counts-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('counts what the reporter wrote, and nothing where it wrote nothing or half of it', () => {
  const counts = { passed: 2, failed: 1, skipped: 1, reasons: ['a: b'], failures: ['c: d'], retried: [] }
  const file = join(folder, 'unit.json')
  writeFileSync(file, JSON.stringify(counts))
  expect(countsFrom(file)).toEqual(counts)
  const none = { passed: 0, failed: 0, skipped: 0, reasons: [], failures: [], retried: [] }
  expect(countsFrom(join(folder, 'none.json'))).toEqual(none)
  writeFileSync(file, '{"passed":')
  expect(countsFrom(file)).toEqual(none)
})

it('names what failed, what passed only at the second try and what was skipped', () => {
  const test = join(folder, 'kinds.test.ts')
  const file = join(folder, 'kinds.json')
  writeFileSync(
    test,
    `let tries = 0
    it('passes', () => {})
    it('is unsteady', { retry: 1 }, () => { expect(++tries).toBe(2) })
    it('is wrong', () => { expect(1).toBe(2) })
    it.skip('waits', () => {})
    describe('a group', () => { beforeAll(() => { throw new Error('no engine') }); it('is never run', () => {}) })`,
  )
  const root = join(import.meta.dirname, '../../..')
  const ran = spawnSync(
    process.execPath,
    [
      ...[join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder, '--globals'],
      `--reporter=${join(root, 'scripts/test/count-reporter.mjs')}`,
    ],
    { cwd: folder, env: { ...process.env, TEST_COUNTS_FILE: file }, encoding: 'utf8' },
  )
  expect(ran.stderr).toBe('')
  expect(countsFrom(file)).toEqual({
    ...{ passed: 2, failed: 2, skipped: 2 },
    reasons: ['kinds.test.ts: waits', 'kinds.test.ts: a group > is never run'],
    failures: [
      'kinds.test.ts: is wrong: expected 1 to be 2 // Object.is equality',
      'kinds.test.ts: a group: no engine',
    ],
    retried: ['kinds.test.ts: is unsteady: expected 1 to be 2 // Object.is equality'],
  })
})
