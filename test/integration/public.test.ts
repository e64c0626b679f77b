import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSystem } from '../../src/app/system.ts'
import type { RunningSystem } from '../../src/app/system.ts'
import { loadConfig } from '../../src/core/config/index.ts'
import { IncidentOverview } from '../../src/serve/contract/index.ts'

/** A whole system with tokens at its own address and none at the public one. */
const cwd = mkdtempSync(join(tmpdir(), 'arterial-public-'))
const TOKEN = 'art_of_this_test'
let system: RunningSystem

beforeAll(async () => {
  const config = {
    limits: { minFreeDiskBytes: 0 },
    server: {
      port: 0,
      tokens: [
        { name: 'all', sha256: createHash('sha256').update(TOKEN).digest('hex'), scopes: ['read', 'write'] },
      ],
    },
    public: { port: 0, requestsPerMinute: 2_000, cacheS: 1 },
  }
  writeFileSync(join(cwd, 'arterial.yaml'), JSON.stringify(config))
  system = await startSystem(loadConfig({ cwd, env: {} }), { mode: 'serve' })
})

afterAll(async () => {
  await system.stop()
  rmSync(cwd, { recursive: true, force: true })
})

const publicly = (path: string, init: RequestInit = {}) => fetch(`${system.publicUrl ?? ''}${path}`, init)

describe('a system with a public address', () => {
  it('lets anybody read the incident record there, and write or read nothing else, whatever he shows', async () => {
    const at = new Date().toISOString()
    const report = {
      ...{ incident_id: 'a', has_source_id: true, updated_at: at, modified_known: true, started_at: at },
      ...{ utc_offset_min: -420, title: 'Deerfoot Trail', description: 'Two vehicle incident.' },
      ...{ latitude: 51.05, longitude: -114.03, quadrant: 'SE' },
    }
    const sent = {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify(report),
    }
    expect((await fetch(`${system.url ?? ''}/v1/incidents`, sent)).status).toBe(200)
    await expect
      .poll(async () => {
        const answer = await publicly('/v1/incident-record/overview')
        return IncidentOverview.parse(await answer.json()).total
      })
      .toBe(1)
    const feed = (await (await publicly('/v1/incidents.geojson')).json()) as { features: object[] }
    expect(feed.features).toMatchObject([{ id: 'a' }])
    expect((await publicly('/v1/incident-record/incidents/a')).status).toBe(200)

    expect((await fetch(`${system.url ?? ''}/v1/incident-record/overview`)).status).toBe(401)
    const { authorization } = sent.headers
    expect((await publicly('/v1/incidents', sent)).status).toBe(404)
    for (const path of ['/v1/status', '/v1/sql', '/v1/incidents', '/v1/live', '/metrics'])
      expect([path, (await publicly(path, { headers: { authorization } })).status]).toEqual([path, 404])
    expect((await publicly('/docs')).status).toBe(200)
    const metrics = await fetch(`${system.url ?? ''}/metrics`, { headers: { authorization } })
    expect(await metrics.text()).toMatch(
      /_count\{method="GET",route="\/v1\/incidents.geojson",status="200",address="public"\} 1/,
    )
  })
})
