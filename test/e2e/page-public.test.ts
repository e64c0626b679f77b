import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { IncidentDetail, IncidentOverview, IncidentPoints } from '../../src/serve/contract/index.ts'
import { buildPublicServer } from '../../src/serve/public/index.ts'
import { violationsInBothThemes } from './axe.ts'
import { chromiumPath, still } from './browser.ts'
import { fixtureOutlines } from './fixture-analysis.ts'
import { fixtureRecord } from './fixture-record.ts'
import { pagesOf } from './pages.ts'

const ROOT = '/v1/incident-record'

/** The public address over a made-up record. */
function server(isEmpty = false) {
  const asked = (path: string, query: Readonly<Record<string, string>> = {}) =>
    fixtureRecord(`${ROOT}/${path}`, new URLSearchParams(query), isEmpty)
  return buildPublicServer({
    incidentRecord: {
      overview: async () => IncidentOverview.parse(asked('overview')),
      points: async (_, limit) => IncidentPoints.parse(asked('points', { limit: String(limit) })),
      export: async () => Readable.from([Buffer.from('PAR1')], { objectMode: false }),
      incident: async id => IncidentDetail.nullable().parse(asked(`incidents/${id}`)),
    },
    incidentAnalyst: {
      hotspots: async () => asked('hotspots'),
      clusters: async () => asked('clusters'),
      rates: async () => asked('rates'),
      trend: async () => asked('trend'),
      weatherRates: async () => asked('weather-rates'),
      beforeAfter: async () => asked('before-after'),
      works: async () => asked('works'),
      risk: async () => asked('risk'),
      riskQuality: async () => asked('risk-quality'),
      outlines: fixtureOutlines,
    },
    incidentFeeds: { recent: async () => [], access: 'open' },
    city: {
      ...{ name: 'Grid City', latitude: 40.7128, longitude: -74.006, timeZone: 'America/New_York' },
      ...{ units: 'metric', tileStyle: null },
    },
    pageDir: join(import.meta.dirname, '../../web/dist'),
    ...{ requestsPerMinute: 10_000, cacheS: 60, cacheBytes: 1e8, trustedProxies: [] },
    now: () => performance.now(),
    version: '0.0.0',
  })
}

async function listening(app: ReturnType<typeof server>) {
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }), close: () => app.close() }
}

/** Without a browser there is nothing to look at: install Chromium or set CHROMIUM_PATH. */
describe.skipIf(chromiumPath === null)('the page at the public address', () => {
  const pages = pagesOf(() => listening(server()))

  it('is the incident record, and asks for nothing that is not there', async () => {
    const { page, faults, asked } = await pages.open('/?incident=fixture-17')
    await page.locator('.history-tiles').waitFor()
    await page.locator('.skeleton, [data-stale="true"]').first().waitFor({ state: 'detached' })
    await still(page)
    expect(new URL(page.url()).pathname).toBe('/history')
    await expect.poll(() => page.title()).toBe('History · Grid City · Arterial')
    await expect.poll(() => page.locator('nav').getByRole('link').allInnerTexts()).toEqual(['History'])
    await page.locator('.incident-panel').getByText('Taken for the same event').waitFor()
    const api = asked.filter(path => path.startsWith('/v1/'))
    expect(api.length).toBeGreaterThan(2)
    expect(api.filter(path => !path.startsWith(`${ROOT}/`))).toEqual([])
    expect(await violationsInBothThemes(page)).toEqual([])
    await page.getByRole('button', { name: 'Hotspots' }).click()
    const ways = page.getByRole('group', { name: 'How hotspots are found' }).getByRole('button')
    await expect.poll(() => ways.allInnerTexts()).toEqual(['Cells', 'Clusters'])
    await ways.last().click()
    await page.getByText('reports or more within 100 m').waitFor()
    const feeds = page.getByRole('group', { name: 'Feeds of recent incidents' }).getByRole('link')
    await expect.poll(() => feeds.allInnerTexts()).toEqual(['RSS', 'GeoJSON'])
    const addresses = await Promise.all((await feeds.all()).map(link => link.getAttribute('href')))
    expect(addresses).toEqual(['/v1/incidents.rss', '/v1/incidents.geojson'])
    await page.getByRole('button', { name: 'Display' }).click()
    await page.getByRole('dialog').getByText('Theme').waitFor()
    expect(await page.getByRole('button', { name: 'All keys' }).count()).toBe(0)
    expect(faults).toEqual([])
  })

  it('tells citizens nothing of commands where there is no record yet', async () => {
    const { url, close } = await listening(server(true))
    onTestFinished(close)
    const { page } = await pages.open(url)
    await page.getByText('The city has published none so far.').waitFor()
    expect(await page.getByText('arterial incidents import').count()).toBe(0)
  })
})
