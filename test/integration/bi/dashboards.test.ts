import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { asked, said, startBiCity, type BiCity } from './city.ts'

const root = join(import.meta.dirname, '../../..')
const text = (path: string) => readFileSync(join(root, path), 'utf8')

/** What Grafana wants of a dashboard of its own making, as far as these have it. */
const DataSource = z.strictObject({ type: z.literal('grafana-clickhouse-datasource'), uid: z.string() })
const Panel = z.object({
  id: z.number().int().positive(),
  title: z.string().min(1),
  type: z.enum(['timeseries', 'table', 'barchart', 'stat']),
  datasource: DataSource,
  gridPos: z.strictObject({
    h: z.number().int(),
    w: z.number().int().max(24),
    x: z.number().int().max(23),
    y: z.number().int(),
  }),
  fieldConfig: z.object({ defaults: z.object({ unit: z.string() }), overrides: z.array(z.never()) }),
  targets: z
    .array(
      z.object({
        datasource: DataSource,
        refId: z.string(),
        rawSql: z.string(),
        queryType: z.enum(['table', 'timeseries']),
      }),
    )
    .min(1),
})
const Dashboard = z.object({
  uid: z.string().max(40),
  title: z.string().min(1),
  schemaVersion: z.number().int(),
  time: z.strictObject({ from: z.string(), to: z.string() }),
  panels: z.array(Panel).min(1),
})

const questions = text('dashboards/traffic_dashboard.sql')
  .split(/^-- name: /m)
  .slice(1)
  .map(part => ({ name: part.slice(0, part.indexOf('\n')), sql: part.slice(part.indexOf('\n')) }))
const boards = readdirSync(join(root, 'deploy/grafana/dashboards')).map(file =>
  Dashboard.parse(JSON.parse(text(`deploy/grafana/dashboards/${file}`))),
)

let city: BiCity

beforeAll(async () => {
  city = await startBiCity()
})

afterAll(() => city.close())

async function answered(sql: string): Promise<string> {
  const answer = await asked(city, `${sql}\nFORMAT TSVWithNames`)
  const body = await answer.text()
  expect(answer.status, `${sql}\n${body}`).toBe(200)
  return body
}

/** As Grafana's plugin fills its macros, for all time. */
const filled = (sql: string) =>
  sql
    .replaceAll(/\$__timeFilter\((\w+)\)/g, '$1 >= toDateTime(946684800) AND $1 <= toDateTime(4102444799)')
    .replaceAll('$__fromTime', 'toDateTime(946684800)')
    .replaceAll('$__toTime', 'toDateTime(4102444799)')

describe('the twenty questions', () => {
  it('are twenty, each with a name of its own and a sentence', () => {
    expect(new Set(questions.map(({ name }) => name)).size).toBe(20)
    for (const { name, sql } of questions) expect(sql, name).toMatch(/^\n-- .+[?.]/)
  })

  it.each(questions)('$name is answered', async ({ sql }) => {
    await answered(sql)
  })

  it('are answered with what there is', async () => {
    const of = (name: string) => answered(questions.find(one => one.name === name)?.sql ?? '')
    expect(await of('busiest_intersections')).toContain("I1\t\\N\tst. john\\'s\t1200")
    expect(await of('usual_day')).toContain('false\t8\t1200')
  })
})

describe('the dashboards for Grafana', () => {
  it('are four, of one data source that is provisioned', () => {
    expect(boards).toHaveLength(4)
    const { datasources } = parse(text('deploy/grafana/provisioning/datasource.yaml')) as {
      datasources: { uid: string; type: string; jsonData: object }[]
    }
    expect(datasources).toMatchObject([
      {
        uid: 'arterial',
        type: 'grafana-clickhouse-datasource',
        jsonData: { protocol: 'http', defaultDatabase: 'bi' },
      },
    ])
    const used = boards.flatMap(({ panels }) => panels.map(({ datasource }) => datasource.uid))
    expect(new Set(used)).toEqual(new Set(['arterial']))
  })

  it.each(boards)('$title: each panel has its place, and its query is answered', async ({ panels }) => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    for (const { targets, type } of panels) {
      for (const { rawSql, queryType } of targets) {
        expect(queryType === 'timeseries').toBe(type === 'timeseries')
        const head = (await answered(filled(rawSql))).split('\n')[0]
        if (type === 'timeseries') expect(head?.split('\t')[0]).toBe('time')
      }
    }
  })
})

describe('the days of the calendar', () => {
  it('are all there, once each', async () => {
    expect(
      await said(city, 'SELECT count(), uniqExact(local_date), min(local_date), max(local_date) FROM dates'),
    ).toBe('36525\t36525\t2000-01-01\t2099-12-31\n')
    const day =
      "SELECT iso_week, weekday, weekday_name, is_weekend FROM dates WHERE local_date = '2026-06-01'"
    expect(await said(city, day)).toBe('23\t1\tMonday\tfalse\n')
    expect(await said(city, 'SELECT district, intersections, sensors FROM districts ORDER BY district')).toBe(
      "north\t1\t2\nst. john\\'s\t1\t2\n",
    )
  })
})

describe('the file for Power BI', () => {
  it('is JSON of its kind', () => {
    expect(JSON.parse(text('deploy/powerbi/arterial.pbids'))).toMatchObject({
      version: '0.1',
      connections: [{ details: { protocol: 'odbc' }, mode: 'Import' }],
    })
  })
})
