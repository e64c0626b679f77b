import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { IncidentDetail, IncidentOverview, IncidentPoints } from '../../src/serve/contract/index.ts'
import { buildPublicServer } from '../../src/serve/public/index.ts'
import { violationsInBothThemes } from './axe.ts'
import { chromiumPath, openBrowser, openPage } from './browser.ts'
import { fixtureOutlines } from './fixture-analysis.ts'
import { fixtureRecord } from './fixture-incidents.ts'

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
      trend: async () => asked('trend'),
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
  })
}

/** Without a browser there is nothing to look at: install Chromium or set CHROMIUM_PATH. */
describe.skipIf(chromiumPath === null)('the page at the public address', () => {
  let browser: Browser
  let closeBrowser: () => Promise<void>
  const app = server()
  let url: string

  beforeAll(async () => {
    url = await app.listen({ host: '127.0.0.1', port: 0 })
    ;({ browser, close: closeBrowser } = await openBrowser())
  })
  afterAll(async () => {
    await closeBrowser()
    await app.close()
  })

  it('is the incident record, and asks for nothing that is not there', async () => {
    const { page, faults } = await openPage(browser, `${url}/?incident=fixture-17`)
    const paths: string[] = []
    page.on('request', request => paths.push(new URL(request.url()).pathname))
    await page.reload()
    await page.locator('.history-tiles').waitFor()
    await page.locator('.skeleton, [data-stale="true"]').first().waitFor({ state: 'detached' })
    expect(new URL(page.url()).pathname).toBe('/history')
    expect(await page.title()).toBe('History · Grid City · Arterial')
    expect(await page.locator('nav').getByRole('link').allInnerTexts()).toEqual(['History'])
    await page.locator('.incident-panel').getByText('Taken for the same event').waitFor()
    const api = paths.filter(path => path.startsWith('/v1/'))
    expect(api.length).toBeGreaterThan(2)
    expect(api.filter(path => !path.startsWith(`${ROOT}/`))).toEqual([])
    expect(await violationsInBothThemes(page)).toEqual([])
    await page.getByRole('button', { name: 'Display' }).click()
    await page.getByRole('dialog').getByText('Theme').waitFor()
    expect(await page.getByRole('button', { name: 'All keys' }).count()).toBe(0)
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('tells citizens nothing of commands where there is no record yet', async () => {
    const empty = server(true)
    onTestFinished(() => empty.close())
    const at = await empty.listen({ host: '127.0.0.1', port: 0 })
    const { page } = await openPage(browser, at)
    await page.getByText('The city has published none so far.').waitFor()
    expect(await page.getByText('arterial incidents import').count()).toBe(0)
    await page.context().close()
  })
})
