import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql, status, verify } from '../../crash/ask.ts'
import { CityAndCopy, PATIENT } from './city-and-copy.ts'

/** A city publishes open tables into a folder, and a copy of it follows them in a process of its own, which is killed meanwhile. */
const ROUNDS = 3

describe('a copy of a city', () => {
  let pair: CityAndCopy
  let told = 0
  const hook = createServer((_request, response) => {
    told++
    response.writeHead(204).end()
  })
  beforeAll(async () => {
    await new Promise<void>(listening => hook.listen(0, '127.0.0.1', listening))
    const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`
    const alerts = `alerts: {allowAddresses: [127.0.0.1], targets: [{name: ops, kind: webhook, url: "${url}"}], rules: [{name: crashes, targets: [ops], types: [pedestrian]}]}`
    pair = new CityAndCopy({
      city: `tables: {folder: ../tables, goldS: 5, restS: 5}\n${alerts}`,
      copy: `follow: {folder: ../tables, everyS: 1}\n${alerts}`,
    })
    await pair.start()
  })
  afterAll(async () => {
    await pair.stop()
    hook.close()
  })

  it('has row by row what the city has, whenever it is killed', async () => {
    // The rules alone: the first line of a file that SQL has only just been told of.
    await pair.level()
    for (let n = 0; n < ROUNDS; n++) {
      await pair.round(n)
      if (n === ROUNDS - 1) break
      // Somewhere between nothing of the round and all of it.
      const position = async () => (await status(pair.copyUrl)).follow?.position ?? 0
      const before = await position()
      if (n > 0) await expect.poll(position, { ...PATIENT, interval: 10 }).toBeGreaterThan(before)
      await pair.killCopy()
    }
    await pair.level()
    await pair.expectEqual()
    const [of, as] = [await status(pair.cityUrl), await status(pair.copyUrl)]
    expect([as.repeats, as.conflicts, as.layers.bronze.rows]).toEqual([
      of.repeats,
      of.conflicts,
      of.layers.bronze.rows,
    ])
    expect(as.problems).toEqual([])
    expect((await verify(pair.copyData)).equal).toBe(true)
  })

  it('is only read: whoever sends it something is told where to send it', async () => {
    for (const path of ['/v1/readings', '/v1/weather', '/v1/sensors']) {
      const answer = await pair.send(pair.copyUrl, path, '{}')
      expect([path, answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
        path,
        409,
        'ART_FOLLOWS',
      ])
    }
  })

  it('tells nobody of an incident, with the rules and targets of the city: the city does', async () => {
    const at = new Date().toISOString()
    const report = {
      ...{ incident_id: '2026-a', has_source_id: true, updated_at: at, modified_known: true, started_at: at },
      ...{ utc_offset_min: 0, title: 'Main Street', quadrant: 'SE', latitude: 40.7, longitude: -74 },
      description: 'Incident involving a pedestrian. Blocking the right lane',
    }
    await pair.deliver('/v1/incidents', JSON.stringify(report))
    await expect.poll(() => told, PATIENT).toBe(1)
    await pair.level()
    expect(await sql(pair.copyUrl, 'SELECT count() AS n FROM silver.incidents')).toEqual([{ n: 1 }])
    const listed = async (path: string) =>
      ((await (await fetch(`${pair.copyUrl}${path}`)).json()) as { items: unknown[] }).items
    expect([await listed('/v1/alerts'), await listed('/v1/alerts/deliveries')]).toEqual([[], []])
    expect(told).toBe(1)
  })

  it('stays one: without tables to follow it does not start', async () => {
    await pair.stopCopy()
    const alone = pair.begin('copy', '')
    await alone.gone()
    expect(alone.lastWords).toContain('the data folder is a copy of another server')
  })
})
