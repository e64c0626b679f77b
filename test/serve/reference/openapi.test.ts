import { describe, expect, it } from 'vitest'
import type { OpenApi } from '../../../src/serve/reference/index.ts'
import { buildServer } from '../../../src/serve/server.ts'
import { fakeDeps } from '../fake-deps.ts'

const app = buildServer(fakeDeps())
const document = (await app.inject('/openapi.json')).json<OpenApi>()

function* strings(value: unknown, key: string): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  for (const [name, inner] of Object.entries(value)) {
    if (name === key && typeof inner === 'string') yield inner
    yield* strings(inner, key)
  }
}

describe('the OpenAPI document', () => {
  it('documents every path of the API that the server has', async () => {
    const registered = new Set(
      Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.keys(methods).map(method => `${method} ${path}`),
      ),
    )
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const method of Object.keys(methods)) {
        const url = path.replaceAll(/\{(\w+)\}/g, ':$1')
        expect(app.hasRoute({ method: method.toUpperCase(), url })).toBe(true)
      }
    }
    expect([...registered].sort()).toEqual(
      [
        'delete /v1/sensors/{sensor_id}',
        'get /docs',
        'get /healthz',
        'get /metrics',
        'get /openapi.json',
        'get /readyz',
        'get /v1/alerts',
        'get /v1/alerts/deliveries',
        'get /v1/cameras/{camera_id}/snapshot',
        'get /v1/catalog',
        'get /v1/catalog/{dataset}',
        'get /v1/drift',
        'get /v1/feeds',
        'get /v1/gold/district-analytics',
        'get /v1/gold/district-quarters',
        'get /v1/gold/hourly-summary',
        'get /v1/gold/intersection-metrics',
        'get /v1/incident-record/before-after',
        'get /v1/incident-record/clusters',
        'get /v1/incident-record/communities',
        'get /v1/incident-record/export',
        'get /v1/incident-record/hotspots',
        'get /v1/incident-record/incidents/{incident_id}',
        'get /v1/incident-record/overview',
        'get /v1/incident-record/points',
        'get /v1/incident-record/rates',
        'get /v1/incident-record/risk',
        'get /v1/incident-record/risk-quality',
        'get /v1/incident-record/trend',
        'get /v1/incident-record/weather-rates',
        'get /v1/incident-record/works',
        'get /v1/incidents.geojson',
        'get /v1/incidents.rss',
        'get /v1/intersections',
        'get /v1/jobs',
        'get /v1/jobs/{name}/runs',
        'get /v1/live',
        'get /v1/losses',
        'get /v1/quarantine',
        'get /v1/quarantine/summary',
        'get /v1/reports',
        'get /v1/reports/{day}',
        'get /v1/reports/{day}/markdown',
        'get /v1/sensors',
        'get /v1/silver/readings',
        'get /v1/sql/tables',
        'get /v1/status',
        'get /v1/tables',
        'post /v1/admin/rebuild',
        ...['optimise', 'publish', 'rebuild', 'vacuum', 'verify'].map(
          what => `post /v1/admin/tables/${what}`,
        ),
        'post /v1/admin/verify',
        'post /v1/alerts/{rule}/test',
        'post /v1/jobs/bucket-events',
        'post /v1/jobs/{name}/pause',
        'post /v1/jobs/{name}/resume',
        'post /v1/jobs/{name}/run',
        'post /v1/jobs/{name}/stop',
        'post /v1/losses/{loss_id}/acknowledge',
        'post /v1/readings',
        'post /v1/readings/outcome',
        'post /v1/sensors/outcome',
        'post /v1/sql',
        'put /v1/sensors',
      ].sort(),
    )
  })

  it('refers to nothing it does not have', () => {
    for (const ref of strings(document, '$ref')) {
      expect(ref).toMatch(/^#\/components\/schemas\/\w+$/)
      expect(document.components.schemas).toHaveProperty(ref.slice('#/components/schemas/'.length))
    }
  })

  it('gives no schema an id of its own, which would change what references mean', () => {
    expect([...strings(document, '$id')]).toEqual([])
  })

  it('gives every operation a name of its own, a summary and a problem document', () => {
    const operations = Object.values(document.paths).flatMap(methods => Object.values(methods))
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
    for (const { summary, responses } of operations) {
      expect(summary.length).toBeGreaterThan(5)
      expect(responses).toHaveProperty('500')
    }
  })

  it('keeps the units of the contract', () => {
    const gold = document.components.schemas['HourlySummary'] as { properties: Record<string, unknown> }
    expect(gold.properties['mean_speed_kmh']).toMatchObject({ unit: 'km/h' })
  })

  it('documents parameters as they are checked', () => {
    const { parameters } = document.paths['/v1/silver/readings']!['get']!
    expect(parameters.find(({ name }) => name === 'limit')?.schema).toMatchObject({
      type: 'integer',
      minimum: 1,
      maximum: 10_000,
      default: 1_000,
    })
    expect(parameters.find(({ name }) => name === 'sensor_id')).toMatchObject({ explode: true })
    expect(parameters.find(({ name }) => name === 'from')?.schema).toMatchObject({ format: 'date-time' })
  })
})

describe('the reference page', () => {
  it('shows every operation, schema and problem code, and needs nothing from elsewhere', async () => {
    const { body, headers } = await app.inject('/docs')
    expect(headers['content-type']).toContain('text/html')
    for (const [path, methods] of Object.entries(document.paths)) {
      expect(body).toContain(path)
      for (const { operationId } of Object.values(methods)) expect(body).toContain(`id="${operationId}"`)
    }
    for (const name of Object.keys(document.components.schemas)) expect(body).toContain(`id="schema-${name}"`)
    expect(body).toContain('id="ART_SIMULATED"')
    expect(body).not.toMatch(/<script|src=|href="http/)
    expect(body).not.toContain('[object Object]')
    expect(body).not.toContain('undefined')
  })
})
