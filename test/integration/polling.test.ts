import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSystem } from '../../src/app/system.ts'
import type { RunningSystem } from '../../src/app/system.ts'
import { loadConfig } from '../../src/core/config/index.ts'
import { json, Provider } from '../sources/poll/provider.ts'

/** A whole system that asks a provider of ours; what it says must be in the lake, once. */
const cwd = mkdtempSync(join(tmpdir(), 'arterial-polling-'))
let provider: Provider
let system: RunningSystem

const observation = (at: string, celsius: number) => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [-73.97, 40.78] },
  properties: {
    station: 'https://api.weather.gov/stations/KNYC',
    timestamp: at,
    textDescription: 'Light Rain',
    temperature: { unitCode: 'wmoUnit:degC', value: celsius, qualityControl: 'V' },
  },
})

beforeAll(async () => {
  provider = await new Provider().start()
  const config = [
    'server: {port: 0}',
    'limits: {minFreeDiskBytes: 0}',
    'polling:',
    '  allowAddresses: [127.0.0.1]',
    '  feeds:',
    `    - {name: park, url: "${provider.origin}/obs", preset: nws, intervalS: 5}`,
    `    - {name: gone, url: "${provider.origin}/gone", preset: metar, intervalS: 5}`,
  ]
  writeFileSync(join(cwd, 'arterial.yaml'), config.join('\n'))
})

afterAll(async () => {
  await system.stop()
  await provider.stop()
  rmSync(cwd, { recursive: true, force: true })
})

const ask = async (path: string) =>
  (await (await fetch(`${system.url ?? ''}${path}`)).json()) as { items: object[] }

async function until(path: string, isThere: (items: object[]) => boolean): Promise<object[]> {
  let items: object[] = []
  await expect
    .poll(async () => isThere((items = (await ask(path)).items)), { interval: 100, message: path })
    .toBe(true)
  return items
}

describe('a system with feeds', () => {
  it('brings what a provider says into the lake once, and says how its feeds are', async () => {
    const minutesAgo = (n: number) => new Date(Math.floor(Date.now() / 60_000 - n) * 60_000).toISOString()
    const [first, second] = [minutesAgo(20), minutesAgo(10)]
    let asked = 0
    provider.behaves = (request, response) => {
      if (request.url !== '/obs') {
        json({}, {}, 404)(request, response)
        return
      }
      asked++
      // The first is told again beside the second.
      const features = [observation(first, 21.1), ...(asked > 1 ? [observation(second, 20)] : [])]
      json({ type: 'FeatureCollection', features, asked })(request, response)
    }
    system = await startSystem(loadConfig({ cwd, env: {} }), { mode: 'serve' })
    const rows = await until('/v1/weather?order=asc', items => items.length >= 2)
    expect(rows).toHaveLength(2)
    expect(rows[0]).toMatchObject({
      station_id: 'KNYC',
      temperature_c: 21.1,
      condition: 'rain',
      source: 'poll:park',
    })
    const feeds = await until('/v1/feeds', items => (items[0] as { polls: number }).polls >= 2)
    expect(feeds).toMatchObject([
      {
        name: 'park',
        stream: 'weather',
        state: 'well',
        error: null,
        lines_sent: expect.any(Number) as number,
      },
      { name: 'gone', state: 'failing', last_success_at: null, error: { code: 'ART_FEED' } },
    ])
    expect((await ask('/v1/quarantine')).items).toEqual([])
  })
})
