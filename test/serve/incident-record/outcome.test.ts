import { describe, expect, it } from 'vitest'
import { buildServer } from '../../../src/serve/server.ts'
import { streams } from '../../../src/streams/index.ts'
import { fakeDeps, status } from '../fake-deps.ts'

const loaded = status.backlog.position

/** A server whose record is made of everything below `made`. */
async function asked(made: number, payload: unknown) {
  const { outcomes } = fakeDeps()
  const app = buildServer(
    fakeDeps({
      streams,
      outcomes: {
        ...outcomes,
        stream: async () => ({ new: 5, repeats: 2, conflicts: 0, quarantined: 1, reasons: [] }),
      },
      incidents: {
        made: () => made,
        outcome: async () => ({ new: 3, updated: 1, same: 1, linked: 1, joined: 0 }),
      },
    }),
  )
  return app.inject({
    method: 'POST',
    url: '/v1/incidents/record-outcome',
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify(payload),
  })
}

describe('what reports became of the record', () => {
  it('adds what arrived twice to what told nothing new', async () => {
    const answer = await asked(loaded, { positions: [[loaded - 8, 8]] })
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({
      pending: 0,
      outcome: { new: 3, updated: 1, unchanged: 3, quarantined: 1, linked: 1, joined: 0 },
    })
  })

  it('is not told before the record is made of all of them, though they are loaded', async () => {
    const answer = await asked(loaded - 3, { positions: [[loaded - 8, 8]] })
    expect(answer.json()).toMatchObject({ pending: 3, outcome: null })
  })

  it('bounds how many runs are asked for at once', async () => {
    const runs = Array.from({ length: 101 }, (_, i) => [2 * i, 1])
    expect((await asked(loaded, { positions: runs })).statusCode).toBe(400)
  })
})
