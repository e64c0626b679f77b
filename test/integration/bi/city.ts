import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { startSystem, type RunningSystem } from '../../../src/app/system.ts'
import { loadConfig } from '../../../src/core/config/index.ts'

/** Tokens by what they may. */
export const TOKENS = { reader: 'art_reads', feeder: 'art_writes', small: 'art_reads_little' } as const
export const READINGS = 480

export interface BiCity {
  readonly port: number
  readonly system: RunningSystem
  readonly close: () => Promise<void>
}

/** A whole system with an hour of readings of four sensors, 30 s apart, and an address for BI tools. */
export async function startBiCity(bi: Readonly<Record<string, unknown>> = {}): Promise<BiCity> {
  const cwd = mkdtempSync(join(tmpdir(), 'arterial-bi-'))
  const token = (name: keyof typeof TOKENS, scopes: readonly string[]) => ({
    name,
    sha256: createHash('sha256').update(TOKENS[name]).digest('hex'),
    scopes,
  })
  const limits = [{ token: 'small', timeoutS: 5, maxRows: 10, maxMemoryBytes: '32MiB' }]
  const config = {
    limits: { minFreeDiskBytes: 0 },
    server: {
      port: 0,
      tokens: [token('reader', ['read']), token('feeder', ['write']), token('small', ['read'])],
    },
    bi: { port: 0, limits, ...bi },
  }
  writeFileSync(join(cwd, 'arterial.yaml'), JSON.stringify(config))
  const system = await startSystem(loadConfig({ cwd, env: {} }), { mode: 'serve' })
  const city: BiCity = {
    port: Number(new URL(system.biUrl ?? '').port),
    system,
    close: async () => {
      await system.stop()
      rmSync(cwd, { recursive: true, force: true })
    },
  }
  await send(system)
  while ((await said(city, 'SELECT sum(readings) FROM hourly_summary')) !== `${READINGS}\n`) await sleep(20)
  return city
}

async function send(system: RunningSystem): Promise<void> {
  const lines = Array.from({ length: READINGS }, (_, i) =>
    JSON.stringify({
      sensor_id: `S${i % 4}`,
      intersection_id: `I${i % 2}`,
      district: i % 2 === 0 ? 'north' : "st. john's",
      timestamp: new Date(Date.UTC(2026, 5, 1, 12) + Math.floor(i / 4) * 30_000).toISOString(),
      vehicle_count: 5,
      average_speed: 30,
      occupancy_rate: 0.125,
      latitude: 40.5,
      longitude: -74,
    }),
  )
  const answer = await fetch(`${system.url ?? ''}/v1/readings?interval_s=30`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${TOKENS.feeder}` },
    body: lines.join('\n'),
  })
  expect(answer.status, await answer.text()).toBe(200)
}

/** Asks as `curl` would. */
export function asked(
  { port }: BiCity,
  sql: string,
  { query = '', token = TOKENS.reader }: { query?: string; token?: string | null } = {},
): Promise<Response> {
  const headers: Record<string, string> =
    token === null ? {} : { 'x-clickhouse-user': 'default', 'x-clickhouse-key': token }
  return fetch(`http://127.0.0.1:${port}/${query}`, { method: 'POST', headers, body: sql })
}

export async function said(city: BiCity, sql: string): Promise<string> {
  return (await asked(city, sql)).text()
}
