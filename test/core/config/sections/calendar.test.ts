import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { describeMistake, inspectConfig } from '../../../../src/core/config/index.ts'

const cwd = mkdtempSync(join(tmpdir(), 'calendar-'))
afterAll(() => rmSync(cwd, { recursive: true }))

function inspected(yaml: string) {
  writeFileSync(join(cwd, 'arterial.yaml'), yaml)
  const { config, mistakes } = inspectConfig({ cwd, env: {} })
  return { calendar: config?.calendar, mistakes: mistakes.map(describeMistake).join('\n') }
}

describe('calendar', () => {
  it('is that of New York in the demo, and none in a real city, unless it is said', () => {
    expect(inspected('simulation: {mode: profile}').calendar).toMatchObject({ country: 'US', state: 'NY' })
    expect(inspected('city: {name: Bonn}').calendar).toMatchObject({ country: null, state: null })
    const german = inspected('simulation: {mode: profile}\ncalendar: {country: DE}').calendar
    expect(german).toMatchObject({ country: 'DE', state: null })
    const none = inspected('simulation: {mode: profile}\ncalendar: {country: null}').calendar
    expect(none).toMatchObject({ country: null, state: null })
  })

  it('takes terms and breaks, with names or without', () => {
    const { calendar } = inspected(
      'calendar: {schoolTerms: [{from: 2026-09-08, to: 2027-06-25}], schoolBreaks: [{name: Snow, from: 2026-12-24, to: 2026-12-24}]}',
    )
    expect(calendar).toMatchObject({
      schoolTerms: [{ name: 'School term', from: '2026-09-08', to: '2027-06-25' }],
      schoolBreaks: [{ name: 'Snow', from: '2026-12-24', to: '2026-12-24' }],
    })
  })

  it.each([
    ['country: Germany', 'calendar.country: "Germany" is not allowed; allowed: an ISO 3166 code'],
    ['state: NY', 'calendar.state: means nothing without calendar.country'],
    ['region: A, country: DE', 'calendar.region: means nothing without calendar.state'],
    ['schoolTerms: [{from: 2026-02-30, to: 2026-06-01}]', 'schoolTerms[0].from: "2026-02-30" is not allowed'],
    ['schoolTerms: [{from: 2026-06-02, to: 2026-06-01}]', 'schoolTerms[0]: '],
    ['schoolTerms: [{from: 2026-06-02, to: 2029-06-01}]', 'at most 400 days long'],
    [
      'schoolBreaks: [{from: 2026-06-02, to: 2026-06-03}, {from: 2026-06-02, to: 2026-06-04}]',
      'each with a first day of its own',
    ],
  ])('refuses %s', (setting, words) => {
    expect(inspected(`calendar: {${setting}}`).mistakes).toContain(words)
  })
})
