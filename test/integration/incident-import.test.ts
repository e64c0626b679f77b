import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, describe, expect, it } from 'vitest'
import { run } from '../../src/app/cli/run.ts'
import { startSystem } from '../../src/app/system.ts'
import type { RunningSystem } from '../../src/app/system.ts'
import { loadConfig } from '../../src/core/config/index.ts'
import { calgary } from '../insight/incidents/identity/calgary.ts'

const dirs: string[] = []
afterAll(async () => {
  for (const dir of dirs) await rm(dir, { recursive: true, force: true })
})

/** A city with Calgary's zone and places, running until `use` is through. */
async function withCity<T>(use: (city: City) => Promise<T>, places = ''): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'arterial-incidents-'))
  dirs.push(dir)
  const server = 'server: {port: 0}\nlimits: {minFreeDiskBytes: 0B}\n'
  await writeFile(join(dir, 'arterial.yaml'), `city: {timeZone: America/Edmonton}\n${server}${places}`)
  const system = await startSystem(loadConfig({ env: {}, cwd: dir }), { mode: 'serve' })
  try {
    return await use(new City(dir, system))
  } finally {
    await system.stop()
  }
}

class City {
  readonly dir: string
  readonly #system: RunningSystem

  constructor(dir: string, system: RunningSystem) {
    this.dir = dir
    this.#system = system
  }

  async arterial(...args: readonly string[]) {
    const out = { stdout: '', stderr: '' }
    const code = await run(args, {
      stdout: { columns: 100, write: text => (out.stdout += text) },
      stderr: { columns: 100, write: text => (out.stderr += text) },
      stdin: () => Promise.resolve(''),
      input: () => Readable.from([]),
      ...{ cwd: this.dir, env: {}, exitCode: 0 },
      signal: new AbortController().signal,
      startSystem: () => Promise.reject(new Error('a server is running')),
    })
    return { code, ...out }
  }

  async imported(...files: readonly string[]): Promise<Record<string, unknown>> {
    const { code, stdout, stderr } = await this.arterial('incidents', 'import', ...files, '--json')
    if (stdout === '') throw new Error(stderr)
    return { code, ...(JSON.parse(stdout) as Record<string, unknown>) }
  }

  async rows(sql: string): Promise<unknown[][]> {
    const answer = await fetch(new URL('/v1/sql', this.#system.url!), {
      method: 'POST',
      body: sql,
      headers: { 'content-type': 'text/plain' },
    })
    return ((await answer.json()) as { rows: unknown[][] }).rows
  }

  /** What people read, in a few numbers. */
  async digest(): Promise<unknown[][]> {
    const found: unknown[][] = []
    for (const table of [
      'silver.incidents',
      'silver.incident_links',
      'silver.incident_history',
      'gold.incident_daily',
    ])
      found.push(
        [table],
        ...(await this.rows(
          `SELECT count(), toString(sum(cityHash64(toString(tuple(t.*))))) FROM ${table} AS t`,
        )),
      )
    return found
  }
}

const HEADER = 'INCIDENT INFO,DESCRIPTION,START_DT,MODIFIED_DT,QUADRANT,Longitude,Latitude,location,Count'
const WITH_IDS = [
  `${HEADER},id`,
  ' 16 Avenue and 6 Street NE ,Two vehicle incident.,05/01/2017 10:00:00 AM,05/01/2017 10:02:00 AM,NE,-114.06,51.06,,1,2017-05-01T09:00:0051.06-114.06',
  '16 Avenue at 7 Street NE,Two vehicle incident. Reopened,05/01/2017 10:00:00 AM,05/01/2017 10:40:00 AM,NE,-114.058,51.06,,1,2017-05-01T09:00:0051.06-114.058',
  'Deerfoot Trail,Stalled vehicle.,05/02/2017 08:00:00 AM,,SE,-114.01,51.0,,1,20170502080000510-11401',
  'Nowhere,Stalled vehicle.,05/02/2017 08:00:00 AM,,SE,-114.01,0.0051,,1,201705020800000051',
]
const WITHOUT_IDS = [
  HEADER,
  '16 Avenue and 6 Street NE,Two vehicle incident.,05/01/2017 08:00:00 AM,05/01/2017 08:01:00 AM,,-114.060001,51.060001,,1',
  'Deerfoot Trail,Stalled vehicle.,05/02/2017 08:00:00 AM,05/02/2017 08:00:00 AM,SE,-114.01,51.0,,1',
  'Glenmore Trail,Single vehicle incident.,05/03/2017 08:00:00 AM,,SW,-114.1,51.0,,1',
]
const BOUNDARY = 'the_geom\n"POLYGON ((-114.3 50.9, -113.9 50.9, -113.9 51.2, -114.3 51.2, -114.3 50.9))"\n'

describe('arterial incidents import', () => {
  it('makes one record of files in any order, and counts what became of each row', async () => {
    const filled = (order: readonly string[]) =>
      withCity(async city => {
        await writeFile(join(city.dir, 'ids.csv'), `${WITH_IDS.join('\n')}\n`)
        await writeFile(join(city.dir, 'archive.csv'), `${WITHOUT_IDS.join('\n')}\n`)
        await writeFile(join(city.dir, 'b.csv'), BOUNDARY)
        const first = await city.imported(...order)
        const digest = await city.digest()
        const again = await city.imported(...order)
        expect(again).toMatchObject({
          read: 7,
          new: 0,
          updated: 0,
          unchanged: 6,
          quarantined: 1,
          unaccounted: 0,
        })
        expect(await city.digest()).toEqual(digest)
        const verified = await city.arterial('verify', '--json')
        expect([verified.code, verified.stderr]).toEqual([0, verified.stderr])
        return {
          first,
          digest,
          rows: await city.rows('SELECT * FROM silver.incidents ORDER BY started_at, incident_id'),
        }
      }, 'incidents: {boundary: b.csv}\n')
    const one = await filled(['ids.csv', 'archive.csv'])
    expect(one.first).toMatchObject({
      ...{
        code: 5,
        counted: true,
        read: 7,
        new: 4,
        updated: 1,
        unchanged: 1,
        quarantined: 1,
        unaccounted: 0,
      },
      ...{ linked: 1, joined: 2, repaired: 2, reasons: { outside_city: 1 } },
      files: [
        { read: 4, new: 3, updated: 0, unchanged: 0, quarantined: 1, linked: 1, repaired: 2 },
        { read: 3, new: 1, updated: 1, unchanged: 1, quarantined: 0, joined: 2 },
      ],
    })
    expect(one.rows).toHaveLength(4)
    const other = await filled(['archive.csv', 'ids.csv'])
    expect(other.digest).toEqual(one.digest)
    expect(other.first).toMatchObject({ read: 7, new: 4, quarantined: 1, unaccounted: 0 })
  })
})

describe.skipIf(!calgary.present)(`arterial incidents import of Calgary's files (${calgary.reason})`, () => {
  it('makes the same record in two orders, twice', async () => {
    const paths = calgary.files.map(file => join(calgary.folder, file))
    const at = (name: string) =>
      `${name}: ${join(calgary.folder, `${name === 'boundary' ? 'city_boundary' : name}.csv`)}`
    const places = `incidents: {${at('communities')}, ${at('boundary')}, signals: ${join(calgary.folder, 'traffic_signals_2020.csv')}}\n`
    const filled = (order: readonly string[]) =>
      withCity(async city => {
        const first = await city.imported(...order)
        expect(first).toMatchObject({
          ...{
            read: 21_277,
            new: 15_234,
            quarantined: 2,
            unaccounted: 0,
            repaired: 4_820,
            linked: 440,
            joined: 6_041,
          },
          reasons: { outside_city: 2 },
        })
        const digest = await city.digest()
        expect(await city.imported(...order)).toMatchObject({
          read: 21_277,
          new: 0,
          updated: 0,
          unchanged: 21_275,
        })
        expect(await city.digest()).toEqual(digest)
        return { digest }
      }, places)
    const [one, other] = [await filled(paths), await filled(paths.toReversed())]
    expect(other.digest).toEqual(one.digest)
  })
})
