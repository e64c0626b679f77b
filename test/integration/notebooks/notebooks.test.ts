import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSystem, type RunningSystem } from '../../../src/app/system.ts'
import { loadConfig } from '../../../src/core/config/index.ts'
import type { OpenTable } from '../../../src/serve/contract/index.ts'
import { pythonWith } from '../../python.ts'

/** The notebooks of the documentation, cell by cell, over a whole city with open tables and an address for BI tools. */
const run = promisify(execFile)
const NOTEBOOKS = join(import.meta.dirname, '../../../docs/notebooks')
const TOKEN = 'art_notebook'
const python = pythonWith(['deltalake', 'polars', 'clickhouse_connect'])
const missing =
  python === null
    ? 'needs Python 3 with what the notebooks read with: python3 -m venv .venv && .venv/bin/pip install -r docs/notebooks/requirements.txt'
    : null
if (missing !== null) process.stdout.write(`skipped: ${missing}\n`)

let folder: string
let system: RunningSystem

const ask = (path: string, body?: string) =>
  fetch(`${system.url ?? ''}${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body }),
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/x-ndjson' },
  })

describe.skipIf(missing !== null)('the notebooks', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arterial-notebooks-'))
    const sha256 = createHash('sha256').update(TOKEN).digest('hex')
    const config = {
      limits: { minFreeDiskBytes: 0 },
      server: { port: 0, tokens: [{ name: 'notebook', sha256, scopes: ['read', 'write'] }] },
      bi: { port: 0 },
      tables: { folder: './tables', goldS: 5, restS: 5 },
    }
    writeFileSync(join(folder, 'arterial.yaml'), JSON.stringify(config))
    system = await startSystem(loadConfig({ cwd: folder, env: {} }), { mode: 'serve' })
    await send()
  }, 420_000)
  afterAll(async () => {
    await system.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('have a city whose tables are published', async () => {
    const published = async () => {
      const { items } = (await (await ask('/v1/tables')).json()) as { items: OpenTable[] }
      const rowsOf = (path: string) => items.find(one => one.path === path)?.rows
      return [rowsOf('silver/readings'), rowsOf('gold/hourly_summary'), rowsOf('bronze/lines') ?? 0]
    }
    await expect.poll(published, { interval: 500, timeout: 300_000 }).toEqual([240, 4, expect.any(Number)])
  })

  it.each(['open-tables', 'bi-address'])(
    '%s runs from the first cell to the last, and is kept without outputs',
    async name => {
      const { stdout } = await run(
        python ?? '',
        [join(import.meta.dirname, 'run_notebook.py'), join(NOTEBOOKS, `${name}.ipynb`)],
        {
          env: {
            ...process.env,
            ARTERIAL_TABLES: join(folder, 'tables'),
            ARTERIAL_BI_HOST: '127.0.0.1',
            ARTERIAL_BI_PORT: new URL(system.biUrl ?? '').port,
            ARTERIAL_TOKEN: TOKEN,
          },
        },
      )
      expect(stdout).toContain('north')
      expect(stdout).toContain('km/h')
    },
    300_000,
  )
})

/** Two hours of two sensors, a reading a minute. */
async function send(): Promise<void> {
  const lines = Array.from({ length: 240 }, (_, i) =>
    JSON.stringify({
      ...{ sensor_id: `S${i % 2}`, intersection_id: `I${i % 2}`, district: i % 2 === 0 ? 'north' : 'south' },
      timestamp: new Date(Date.UTC(2026, 5, 1, 12) + (i >> 1) * 60_000).toISOString(),
      ...{
        vehicle_count: 5 + (i % 3),
        average_speed: 20 + (i % 20),
        occupancy_rate: 0.125,
        latitude: 40.5,
        longitude: -74,
      },
    }),
  )
  const answer = await ask('/v1/readings', lines.join('\n'))
  expect(answer.status, await answer.text()).toBe(200)
}
