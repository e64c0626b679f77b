import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Loss } from '../../../src/serve/contract/loss.ts'
import { arterial, Stage } from './fake.ts'

let stage: Stage
beforeEach(() => {
  stage = new Stage()
})
afterEach(() => stage.close())

const ndjson =
  (...lines: unknown[]) =>
  (_asked: unknown, response: { end(text: string): unknown }) =>
    void response.end(lines.map(line => `${JSON.stringify(line)}\n`).join(''))

function lossDocument(more: Partial<Loss> = {}): Loss {
  return {
    id: 'log-20',
    layer: 'log',
    table: null,
    from_position: 20,
    to_position: 361,
    records: 341,
    exact: true,
    in_lake: 12,
    gone: 329,
    found_at: '2026-11-27T09:00:00Z',
    arrived_from: null,
    arrived_to: null,
    file: 'segments/0.ndjson.zst',
    offset: 1234,
    bytes: 56,
    set_aside: null,
    message: 'The 341 acknowledged records at positions 20 to 360 can no longer be read',
    acknowledged: null,
    ...more,
  }
}

describe('verify', () => {
  it('says what was lost, and is 7 until it is acknowledged', async () => {
    const open = lossDocument()
    await stage.serve('city', {
      'POST /v1/admin/verify': ndjson({ result: { equal: true, losses: [open] } }),
    })
    const { code, stdout } = await arterial(stage, ['verify'])
    expect(code).toBe(7)
    expect(stdout).toContain('equal: every layer is what the log says, except for what was lost:')
    expect(stdout).toContain(
      '341 acknowledged records lost on 2026-11-27, positions 20–360 (log-20); 12 of them',
    )
  })

  it('is 0 when all that was lost is acknowledged', async () => {
    const losses = [lossDocument({ acknowledged: { at: '2026-11-28T00:00:00Z', by: 'ana', note: null } })]
    await stage.serve('city', { 'POST /v1/admin/verify': ndjson({ result: { equal: true, losses } }) })
    const { code, stdout } = await arterial(stage, ['verify'])
    expect(code).toBe(0)
    expect(stdout).toContain('noted by ana')
  })
})

describe('losses', () => {
  it('lists them with what the lake still has', async () => {
    await stage.serve('city', {
      'GET /v1/losses?limit=100&acknowledged=no': { items: [lossDocument()], next: null },
    })
    const { code, stdout } = await arterial(stage, ['losses', 'list', '--open'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/log-20 .* 341 .* 12 .* 329 .* 20–360/)
    expect(stdout).toContain('log-20: The 341 acknowledged records')
  })

  it('acknowledges one by its name, with a note', async () => {
    const acknowledged = { at: '2026-11-28T00:00:00Z', by: 'ana', note: 'rack 4' }
    await stage.serve('city', { 'POST /v1/losses/log-20/acknowledge': { ...lossDocument({ acknowledged }) } })
    const { code, stdout } = await arterial(stage, ['losses', 'acknowledge', 'log-20', '--note', 'rack 4'])
    expect(code).toBe(0)
    expect(stdout).toContain('acknowledged at 2026-11-28T00:00:00Z by ana')
    expect(JSON.parse(stage.asked.at(-1)?.body.toString() ?? '')).toMatchObject({ note: 'rack 4' })
  })
})
