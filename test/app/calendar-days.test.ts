import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { deliverCalendarDays } from '../../src/app/calendar-days.ts'
import { loadConfig } from '../../src/core/config/index.ts'

const cwd = mkdtempSync(join(tmpdir(), 'calendar-days-'))
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

/** Ids of the school's days that are delivered to an empty lake. */
async function schoolDays(yaml: string): Promise<string[]> {
  writeFileSync(join(cwd, 'arterial.yaml'), yaml)
  let lines = ''
  await deliverCalendarDays({
    config: loadConfig({ cwd, env: {} }),
    engine: { query: async () => [] },
    log: {
      append: async appended => {
        lines += appended.lines.toString()
        return { position: 0, count: appended.count }
      },
    },
    now: () => Date.parse('2026-11-27T12:00:00Z'),
  })
  return lines
    .split('\n')
    .filter(line => line !== '')
    .map(line => (JSON.parse(line) as { event_id: string }).event_id)
    .filter(id => id.startsWith('school-'))
}

describe('the days of the calendar', () => {
  it('of a simulated city have the year by which its classes are held', async () => {
    const ids = await schoolDays('simulation: {mode: profile}')
    expect(ids).toContain('school-term/2026-09-01')
    expect(ids).toContain('school-break/2026-12-24')
  })

  it('are those of the settings where these say some, and none of a real city that says none', async () => {
    const terms = 'calendar: {schoolTerms: [{from: 2026-09-08, to: 2027-06-25}]}'
    expect(await schoolDays(`simulation: {mode: profile}\n${terms}`)).toEqual(['school-term/2026-09-08'])
    expect(await schoolDays('city: {name: Bonn}\ncalendar: {country: DE}')).toEqual([])
  })
})
