import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { countsFrom } from '../../../scripts/test/counts.ts'

const folder = mkdtempSync(join(tmpdir(), 'arterial-counts-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('counts what the reporter wrote, and nothing where it wrote nothing or half of it', () => {
  const counts = { passed: 2, failed: 1, skipped: 1, reasons: ['a: b'] }
  const file = join(folder, 'unit.json')
  writeFileSync(file, JSON.stringify(counts))
  expect(countsFrom(file)).toEqual(counts)
  const none = { passed: 0, failed: 0, skipped: 0, reasons: [] }
  expect(countsFrom(join(folder, 'none.json'))).toEqual(none)
  writeFileSync(file, '{"passed":')
  expect(countsFrom(file)).toEqual(none)
})
