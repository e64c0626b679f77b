import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { READINGS, startBiCity, TOKENS, type BiCity } from './city.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../../..')
const python = join(root, '.venv/bin/python')
const drivers = join(root, '.jdbc')
const peers = join(import.meta.dirname, 'peers')
const half = READINGS / 2

let city: BiCity

beforeAll(async () => {
  city = await startBiCity()
})

afterAll(() => city.close())

/** Whether a command answers. */
const answers = (command: string, args: readonly string[]) =>
  run(command, args).then(
    () => true,
    () => false,
  )

describe('Python', () => {
  it('reads by clickhouse-connect, and finds the views by its SQLAlchemy dialect', async ({ skip }) => {
    if (!(await answers(python, ['-c', 'import clickhouse_connect, sqlalchemy'])))
      skip(`.venv has no clickhouse-connect: .venv/bin/pip install -r ${join(peers, 'requirements.txt')}`)
    const { stdout } = await run(python, [join(peers, 'connect.py'), String(city.port), TOKENS.reader])
    expect(JSON.parse(stdout)).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+/) as string,
      columns: expect.arrayContaining(['window_start', 'window_start_local', 'mean_speed_kmh']) as string[],
      districts: ['north', "st. john's"],
      local: '2026-06-01 08:00:00',
      one: half,
      odd: ["a\tb\\c'd", [1, -2], ["it's", 'b']],
      all: READINGS,
      bounded: 7,
      csv: '"a"\n1\n',
      create: '497',
      hidden: '497',
      wrong_token: '516',
      schemas: expect.arrayContaining(['bi', 'gold']) as string[],
      tables: expect.arrayContaining(['hourly_summary', 'incidents']) as string[],
      types: expect.objectContaining({ district: 'String', mean_speed_kmh: 'Nullable(Float64)' }) as object,
      has: [true, false],
      grouped: [
        ['north', half],
        ["st. john's", half],
      ],
    })
    expect((JSON.parse(stdout) as { insert: string | null }).insert).not.toBeNull()
  })
})

describe('Java', () => {
  it('reads by clickhouse-jdbc, and finds the views by its metadata', async ({ skip }) => {
    if (!existsSync(drivers) || !(await answers('java', ['-version'])))
      skip(
        `no Java, or no driver: mvn -f ${join(peers, 'pom.xml')} dependency:copy-dependencies -DoutputDirectory=${drivers}`,
      )
    const { stdout } = await run('java', [
      ...['-Xmx256m', '-cp', `${drivers}/*`, join(peers, 'Peer.java')],
      ...[`jdbc:clickhouse://127.0.0.1:${city.port}/bi`, TOKENS.reader],
    ])
    const lines = stdout
      .trim()
      .split('\n')
      .map(line => line.split('\t'))
    const said = (name: string) => lines.filter(([key]) => key === name).map(([, what]) => what)
    expect(said('version')).toEqual([expect.stringMatching(/^\d+\.\d+/)])
    expect(said('district')).toEqual([
      `north|${half}|2026-06-01 08:00:00`,
      `st. john's|${half}|2026-06-01 08:00:00`,
    ])
    expect(said('one')).toEqual([String(half)])
    expect(said('all')).toEqual([String(READINGS)])
    expect(said('many')).toEqual(['100000'])
    expect(said('schema')).toEqual(expect.arrayContaining(['bi', 'gold']))
    expect(said('table')).toEqual(expect.arrayContaining(['hourly_summary', 'incidents']))
    expect(said('column')).toEqual([
      'mean_speed_kmh|Nullable(Float64)|Time-mean speed, weighted by vehicles (km/h)',
    ])
    expect(said('refused')).toEqual(['497', '497'])
  })
})
