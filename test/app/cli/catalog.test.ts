import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aDetail, anEntry } from '../../serve/catalog-answers.ts'
import { arterial, Stage } from './fake.ts'

let stage: Stage
beforeEach(() => {
  stage = new Stage()
})
afterEach(() => stage.close())

const WHY = 'archive: its columns have changed: no start_dt'

describe('arterial catalog', () => {
  it('list says how much, how fresh and how good each is, and what is held', async () => {
    const items = [
      anEntry('archive', { held: WHY }),
      anEntry('live', { late: true }),
      anEntry('silver.events', { kind: 'table', quality: null, received_at: null }),
    ]
    await stage.serve('city', { 'GET /v1/catalog': { items } })
    const { stdout } = await arterial(stage, ['catalog', 'list'])
    expect(stdout).toMatch(/archive +dataset +15,235 +2 .* 99\.8 % +99\.9 % +100\.0 % +held/)
    expect(stdout).toMatch(/live .* late\n/)
    expect(stdout).toMatch(/silver\.events +table .* ok\n/)
    expect(stdout).toContain(`archive: ${WHY}`)
    const { stdout: json } = await arterial(stage, ['catalog', 'list', '--json'])
    expect(JSON.parse(json)).toEqual({ items })
  })

  it('show says columns, what changed, versions and the way into the tables', async () => {
    await stage.serve('city', { 'GET /v1/catalog/archive': aDetail('archive') })
    const { stdout } = await arterial(stage, ['catalog', 'show', 'archive'])
    expect(stdout).toMatch(/quadrant +text \(text\) +– +yes +0\.0 % +4 +NE/)
    expect(stdout).toContain('2026-11-27T15:00:00.000Z  +severity (text)')
    expect(stdout).toMatch(/all +taken +15,235 +120 +2 +99\.8 % +99\.9 % +100\.0 % +9f86d081884c/)
    expect(stdout).toContain('5 refused (outside_city)')
    expect(stdout).toContain('→ silver.incidents: 14,980 rows')
    expect(stdout).toContain('115 loaded, 5 in quarantine, 0 repeats')
  })

  it('show fails for what is not there', async () => {
    await stage.serve('city', {})
    expect((await arterial(stage, ['catalog', 'show', 'none'])).code).not.toBe(0)
  })
})
